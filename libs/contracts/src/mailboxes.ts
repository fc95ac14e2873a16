import * as z from 'zod';

import { MailboxId } from './ids.ts';
import { Timestamp } from './page.ts';

export const MailboxConnection = z.enum(['connected', 'connecting', 'disconnected']);
export type MailboxConnection = z.infer<typeof MailboxConnection>;

export const MailboxStatus = z.enum(['waiting_for_emails', 'connecting', 'auth_failed', 'throttled', 'unreachable', 'paused']);
export type MailboxStatus = z.infer<typeof MailboxStatus>;

/** What a ticket says of its mailbox. */
export const MailboxCondition = z.object({
  id: MailboxId,
  connection: MailboxConnection,
  status: MailboxStatus,
  provenAt: Timestamp.nullable().meta({ description: 'When the mailbox was last proven to notice mail' }),
});
export type MailboxCondition = z.infer<typeof MailboxCondition>;

export const ConnectionSecurity = z.enum(['tls', 'starttls', 'none']);
export type ConnectionSecurity = z.infer<typeof ConnectionSecurity>;

const Line = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\r\n\0]*$/, 'must not hold line breaks or NUL');
const Port = z.int().min(1).max(65_535);

export const MailboxAuth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('password'), password: z.string().min(1).max(1000) }),
  z.strictObject({
    type: z.literal('oauth2'),
    provider: Line,
    clientId: Line,
    clientSecret: z.string().min(1).max(1000).optional(),
    refreshToken: z.string().min(1).max(8000),
  }),
]);
export type MailboxAuth = z.infer<typeof MailboxAuth>;

const Smtp = z.strictObject({
  host: Line,
  port: Port,
  security: ConnectionSecurity,
  username: Line,
  password: z.string().min(1).max(1000),
});

/** The body of `POST /v1/mailboxes`. */
export const NewMailbox = z.strictObject({
  name: Line,
  host: Line.default('imap.gmail.com'),
  port: Port.default(993),
  security: ConnectionSecurity.default('tls'),
  username: Line,
  auth: MailboxAuth,
  folders: z.array(Line).min(1).max(10).optional().meta({ description: 'INBOX and the junk folder unless named' }),
  authservId: Line.optional().meta({ description: "The authserv-id of this mailbox's own provider (RFC 8601 section 2.5)" }),
  ca: z.string().max(100_000).optional().meta({ description: "PEM, trusted besides the system's authorities" }),
  forwarders: z.array(z.email()).max(100).optional(),
  proxy: Line.optional(),
  smtp: Smtp.optional(),
  paused: z.boolean().optional(),
});
export type NewMailbox = z.infer<typeof NewMailbox>;

/** A mailbox as it is answered: never a secret. */
export const Mailbox = z.object({
  id: MailboxId,
  name: z.string(),
  host: z.string(),
  port: z.int(),
  security: ConnectionSecurity,
  username: z.string(),
  authType: z.enum(['password', 'oauth2']),
  folders: z.array(z.string()),
  authservId: z.string().nullable(),
  forwarders: z.array(z.string()),
  proxy: z.string().nullable().meta({ description: 'Its password masked' }),
  paused: z.boolean(),
  connection: MailboxConnection,
  status: MailboxStatus,
  statusDetail: z.string().nullable(),
  provenAt: Timestamp.nullable(),
  lastMailAt: Timestamp.nullable(),
  bytesToday: z.int(),
  createdAt: Timestamp,
});
export type Mailbox = z.infer<typeof Mailbox>;

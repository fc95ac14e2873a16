import * as z from 'zod';

import { MailboxId } from './ids.ts';
import { OAuth2Provider } from './mail-providers.ts';
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

const LINE = /^[^\r\n\0]*$/;
const NOT_A_LINE = 'must not hold line breaks or NUL';
const Line = z.string().min(1).max(500).regex(LINE, NOT_A_LINE);
/** What goes to a server as it is: a line break in it would begin a command of its own. */
const Secret = z.string().min(1).max(8000).regex(LINE, NOT_A_LINE);
const Port = z.int().min(1).max(65_535);
/** A name or an address, in any spelling that a resolver takes. */
const Host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[^\s/?#@\\\0]*$/, 'must be a host name or an address');

export const MailboxAuth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('password'), password: Secret }),
  z.strictObject({
    type: z.literal('oauth2'),
    provider: OAuth2Provider.meta({ description: 'Whose token endpoint gives the access tokens' }),
    clientId: Line,
    clientSecret: Secret.optional(),
    refreshToken: Secret,
  }),
]);
export type MailboxAuth = z.infer<typeof MailboxAuth>;

const Smtp = z.strictObject({ host: Host, port: Port, security: ConnectionSecurity, username: Line, password: Secret });
export type MailboxSmtp = z.infer<typeof Smtp>;

const Folders = z.array(Line).min(1).max(10).meta({ description: 'INBOX and the junk folder unless named' });
const AuthservId = Line.meta({ description: "The authserv-id of this mailbox's own provider (RFC 8601 section 2.5)" });
const Authority = z
  .string()
  .max(100_000)
  .regex(/^[^\0]*$/)
  .meta({ description: "PEM, trusted besides the system's authorities" });
const Forwarders = z.array(z.email()).max(100).meta({ description: 'Addresses whose forwarded mails are opened and believed' });
const ProxyText = Line.meta({ description: 'host:port, host:port:user:password or a URL with scheme http or socks5' });

/** The body of `POST /v1/mailboxes`. */
export const NewMailbox = z.strictObject({
  name: Line,
  host: Host.default('imap.gmail.com'),
  port: Port.default(993),
  security: ConnectionSecurity.default('tls'),
  username: Line,
  auth: MailboxAuth,
  folders: Folders.optional(),
  authservId: AuthservId.optional(),
  ca: Authority.optional(),
  forwarders: Forwarders.optional(),
  proxy: ProxyText.optional(),
  smtp: Smtp.optional(),
  paused: z.boolean().optional(),
});
export type NewMailbox = z.infer<typeof NewMailbox>;

/** The body of `PATCH /v1/mailboxes/:id`: what is left out stays; null takes away what need not be there. */
export const MailboxChange = z.strictObject({
  name: Line.optional(),
  host: Host.optional(),
  port: Port.optional(),
  security: ConnectionSecurity.optional(),
  username: Line.optional(),
  auth: MailboxAuth.optional(),
  folders: Folders.nullish(),
  authservId: AuthservId.nullish(),
  ca: Authority.nullish(),
  forwarders: Forwarders.nullish(),
  proxy: ProxyText.nullish(),
  smtp: Smtp.nullish(),
  paused: z.boolean().optional(),
});
export type MailboxChange = z.infer<typeof MailboxChange>;

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

/** Steps of a check, in the order in which they are taken; it ends with the first that fails. */
export const CheckStep = z.enum(['resolve', 'connect', 'tls', 'login', 'inbox', 'junk', 'idle']);
export type CheckStep = z.infer<typeof CheckStep>;

/** The answer of `POST /v1/mailboxes/:id/check`: the server was connected to just now. */
export const MailboxCheck = z.object({
  ok: z.boolean(),
  status: MailboxStatus,
  statusDetail: z.string().nullable(),
  steps: z.array(z.object({ name: CheckStep, ok: z.boolean(), tookMs: z.number() })),
});
export type MailboxCheck = z.infer<typeof MailboxCheck>;

/** The answer of `POST /v1/mailboxes/import`. A rejected line stops no other. */
export const MailboxImport = z.object({
  created: z.int(),
  updated: z.int(),
  rejected: z.array(
    z.object({
      line: z.int().meta({ description: 'Line of a text, or place in an array, from 1' }),
      text: z.string().meta({ description: 'Its username, where it has one' }),
      code: z.string(),
      message: z.string(),
    }),
  ),
});
export type MailboxImport = z.infer<typeof MailboxImport>;

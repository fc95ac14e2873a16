import * as z from 'zod';

import { MailboxId, TicketId } from './ids.ts';
import { MailboxCondition } from './mailboxes.ts';
import { GivenTime, Timestamp } from './page.ts';

export const TicketStatus = z.enum(['open', 'fulfilled', 'expired', 'cancelled']);
export type TicketStatus = z.infer<typeof TicketStatus>;

/** Why an expired ticket got nothing: the first of these that holds. */
export const ExpiryCause = z.enum([
  'mailbox_disconnected',
  'mailbox_auth_failed',
  'sender_not_authentic',
  'code_unassigned',
  'mail_without_code',
  'no_operator',
  'no_mail',
]);
export type ExpiryCause = z.infer<typeof ExpiryCause>;

/** The body of `POST /v1/tickets`. */
export const NewTicket = z.strictObject({
  site: z.string().trim().toLowerCase().min(1).max(253),
  recipient: z.string().trim().min(3).max(320).optional(),
  mailboxId: MailboxId.optional(),
  manual: z.boolean().optional(),
  notBefore: GivenTime.optional(),
  expiresIn: z.int().min(5).max(3600).default(300).meta({ description: 'Seconds' }),
  kind: z.enum(['code', 'link', 'any']).default('any'),
  labels: z.record(z.string().max(100), z.string().max(1000)).default({}),
});
export type NewTicket = z.infer<typeof NewTicket>;

/** When each step of a code's way was taken. A manual code has only the last two. */
export const Receipt = z.object({
  mailDate: Timestamp.nullable(),
  serverReceivedAt: Timestamp.nullable(),
  noticedAt: Timestamp.nullable(),
  fetchedAt: Timestamp.nullable(),
  publishedAt: Timestamp.nullable(),
  extractedAt: Timestamp.nullable(),
  assignedAt: Timestamp,
  deliveredAt: Timestamp.nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

export const Ticket = z.object({
  id: TicketId,
  site: z.string(),
  recipient: z.string().nullable(),
  status: TicketStatus,
  openedAt: Timestamp,
  expiresAt: Timestamp,
  code: z.string().optional(),
  link: z.string().optional(),
  source: z.enum(['email', 'manual']).optional(),
  receipt: Receipt.optional(),
  cause: ExpiryCause.optional(),
  labels: z.record(z.string(), z.string()),
  mailbox: MailboxCondition.nullable(),
});
export type Ticket = z.infer<typeof Ticket>;

/** The body of `POST /v1/tickets/:id/code`: what a person typed. */
export const TypedCode = z.union([
  z.strictObject({ code: z.string().trim().min(1).max(100) }),
  z.strictObject({ link: z.url({ protocol: /^https?$/ }).max(4000) }),
]);
export type TypedCode = z.infer<typeof TypedCode>;

/** The body of `POST /v1/tickets/:id/reject`; may be left out. */
export const RejectedCode = z.strictObject({ reason: z.string().max(500).optional() }).nullish();
export type RejectedCode = z.infer<typeof RejectedCode>;

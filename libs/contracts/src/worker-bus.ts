import * as z from 'zod';

import { Authenticity } from './extraction.ts';
import { MailboxId, TicketId } from './ids.ts';
import { MailId } from './mail-events.ts';
import { Timestamp } from './page.ts';
import { NewTicket, Ticket, TicketStatus } from './tickets.ts';
import { toSubjectToken } from './token.ts';

/** What workers on the bus may ask (CONTRACT section 6). Core NATS, plain JSON, headers `Authorization` and `Idempotency-Key`. */
export const WORKER_SUBJECTS = {
  open: 'otterpost.v1.tickets.open',
  get: 'otterpost.v1.tickets.get',
  cancel: 'otterpost.v1.tickets.cancel',
  reject: 'otterpost.v1.tickets.reject',
} as const;

/** Where what happens to a ticket is told, as a `TicketEvent`. */
export function ticketEventsSubject(id: TicketId): string {
  return `otterpost.v1.tickets.${id}.events`;
}

/** Where a code is told as it is extracted, to listeners that the operator trusts. */
export function codeSubject(site: string, recipient: string): string {
  return `otterpost.v1.codes.${toSubjectToken(site)}.${toSubjectToken(recipient)}`;
}

export const TicketEvent = z.object({ event: TicketStatus, ticket: Ticket });
export type TicketEvent = z.infer<typeof TicketEvent>;

/** Seconds for which a request is held while its ticket is open. */
export const WaitSeconds = z.int().min(0).max(120);

export const OpenTicketMessage = NewTicket.extend({ wait: WaitSeconds.default(0) });
export const GetTicketMessage = z.strictObject({ id: TicketId, wait: WaitSeconds.default(0) });
export const CancelTicketMessage = z.strictObject({ id: TicketId });
export const RejectCodeMessage = z.strictObject({ id: TicketId, reason: z.string().max(500).optional() });

/** What is told on `codeSubject`, in clear. May come twice. */
export const CodeFound = z.object({
  mailId: MailId,
  mailboxId: MailboxId,
  site: z.string(),
  recipient: z.string().nullable(),
  code: z.string().nullable(),
  link: z.string().nullable(),
  from: z.string().nullable(),
  subject: z.string().nullable(),
  receivedAt: Timestamp,
  confidence: z.number(),
  authenticity: Authenticity,
  refused: z.boolean(),
});
export type CodeFound = z.infer<typeof CodeFound>;

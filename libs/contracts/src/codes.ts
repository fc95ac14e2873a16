import * as z from 'zod';

import { Authenticity } from './extraction.ts';
import { CodeId, MailboxId, TicketId } from './ids.ts';
import { Timestamp } from './page.ts';

export const CodeStatus = z.enum(['assigned', 'unassigned', 'superseded']);
export type CodeStatus = z.infer<typeof CodeStatus>;

/** A code as it is listed: masked to its first character for operators, plain for admins. */
export const CodeListing = z.object({
  id: CodeId,
  site: z.string(),
  recipient: z.string().nullable(),
  code: z.string().nullable(),
  link: z.string().nullable(),
  status: CodeStatus,
  reason: z.enum(['ambiguous', 'no_ticket', 'not_authentic']).nullable(),
  ticketId: TicketId.nullable(),
  mailboxId: MailboxId.nullable(),
  from: z.string().nullable(),
  subject: z.string().nullable(),
  receivedAt: Timestamp,
  confidence: z.number(),
  authenticity: Authenticity,
});
export type CodeListing = z.infer<typeof CodeListing>;

/** The body of `POST /v1/codes/:id/assign`. */
export const CodeToAssign = z.strictObject({ ticketId: TicketId });
export type CodeToAssign = z.infer<typeof CodeToAssign>;

/** Where gateways tell each other what was read in a mail, as a `FeedEntry`; no worker may listen there. */
export const FEED_SUBJECT = 'gateway.feed';

/** One line of the live feed: what was read in a mail. Codes and links are masked. */
export const FeedEntry = z.object({
  mailboxId: MailboxId,
  site: z.string().nullable(),
  recipient: z.string().nullable(),
  code: z.string().nullable(),
  link: z.string().nullable(),
  /** Why there is neither. */
  reason: z.object({ code: z.string(), detail: z.string() }).nullable(),
  from: z.string().nullable(),
  subject: z.string().nullable(),
  receivedAt: Timestamp,
  confidence: z.number(),
  authenticity: Authenticity,
  /** The site's policy does not accept this mail: no ticket gets its code. */
  refused: z.boolean(),
});
export type FeedEntry = z.infer<typeof FeedEntry>;

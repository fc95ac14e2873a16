import * as z from 'zod';

import { MailboxId } from './ids.ts';
import { MailId } from './mail-events.ts';
import { MailboxCondition } from './mailboxes.ts';
import { defineRequest } from './message.ts';

/** What the gateway asks of accounts-service before it opens a ticket. One round trip. */
export const prepareTicket = defineRequest(
  'accounts.tickets.prepare',
  z.object({ site: z.string(), mailboxIds: z.array(MailboxId).max(1) }),
  z.object({
    /** The slug of the site that was named, or that names this sender's domain, else the domain itself. */
    site: z.string(),
    /** The ledger's position now: mails noted later have a higher one. */
    position: z.int().min(0),
    mailboxes: z.array(MailboxCondition),
  }),
);

/**
 * Announced by gateways as a `MailAwaited` when a ticket is opened, and every few seconds for all that are open: whoever watches these
 * mailboxes looks often, and at the junk folder as at the inbox, for `AWAITED_FOR_MS`.
 */
export const MAIL_AWAITED = 'tickets.mails.awaited';
export const MailAwaited = z.object({
  mailboxIds: z.array(MailboxId),
  /** Of some tickets nobody knows the mailbox. */
  anywhere: z.boolean(),
});
export type MailAwaited = z.infer<typeof MailAwaited>;
export const AWAITED_FOR_MS = 15_000;

/** The outcome of a mail is stored: its UID need not be fetched again. May be repeated. */
export const settleMails = defineRequest(
  'accounts.mails.settle',
  z.object({
    mails: z
      .array(
        z.object({
          mailId: MailId,
          outcome: z.enum(['code', 'link', 'code+link', 'none', 'quarantined']),
          reason: z.string().nullable(),
        }),
      )
      .min(1)
      .max(500),
  }),
  z.object({ settled: z.int() }),
);

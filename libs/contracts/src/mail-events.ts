import * as z from 'zod';

import { Authenticity, ExtractionKind, ForwardingRoute } from './extraction.ts';
import { MailboxId } from './ids.ts';
import { defineEvent } from './message.ts';
import { Timestamp } from './page.ts';
import { toSubjectToken } from './token.ts';

/** UIDs and UIDVALIDITYs are 32-bit and never zero where a server keeps RFC 9051 section 2.3.1.1; some send 0. */
const Uint32 = z.int().min(0).max(4_294_967_295);

/** Where a mail lies. The same mail moved or delivered twice has two of these. */
export const MailPlace = z.object({
  mailboxId: MailboxId,
  folder: z.string().min(1),
  uidValidity: Uint32,
  uid: Uint32,
});
export type MailPlace = z.infer<typeof MailPlace>;

/**
 * `mailbox:folder:uidvalidity:uid`, the folder as a subject token. It is the message id of every event about the mail
 * and stands in every log line on its way. (Two folders of one mailbox may share a UIDVALIDITY, so the folder is part of it.)
 */
export const MailId = z
  .string()
  .regex(/^mbx_[0-9a-z]{26}:[a-z2-7_]+:\d{1,10}:\d{1,10}$/)
  .brand<'mail'>();
export type MailId = z.infer<typeof MailId>;

export function toMailId({ mailboxId, folder, uidValidity, uid }: MailPlace): MailId {
  return `${mailboxId}:${toSubjectToken(folder)}:${uidValidity}:${uid}` as MailId;
}

/** The times of a mail's way so far, each by the clock of the process that took the step. */
export const MailHops = z.object({
  /** `Date:` as the sender wrote it; null when absent or unreadable. */
  mailDate: Timestamp.nullable(),
  /** INTERNALDATE (RFC 9051 section 2.3.3): whole seconds, by the mail server's clock. */
  serverReceivedAt: Timestamp.nullable(),
  noticedAt: Timestamp,
  fetchedAt: Timestamp,
  /** When the stream acknowledged `mail.received`; known from that message itself. */
  publishedAt: Timestamp.nullable(),
  extractedAt: Timestamp.nullable(),
});
export type MailHops = z.infer<typeof MailHops>;

/** What is known of a mail at every step of its way. */
const MailFacts = MailPlace.extend({
  mailId: MailId,
  /**
   * The mail's place in the order in which all mails of the installation were noted in the ledger. A ticket remembers
   * the position at its opening and takes only mails with a higher one: freshness without comparing clocks.
   */
  position: z.int().min(1),
  /** What to add to this server's INTERNALDATE to get the database's time; null until measured. */
  serverClockOffsetMs: z.number().nullable(),
  hops: MailHops,
});

/** A text part that lies beyond the bytes in `source` and was fetched by itself. */
const FetchedPart = z.object({
  /** BODYSTRUCTURE's part number (RFC 9051 section 6.4.5.1), `1.2`. */
  part: z.string(),
  type: z.string(),
  charset: z.string().nullable(),
  encoding: z.string().nullable(),
  content: z.base64(),
});

/** A mail was fetched by its mailbox's owner. It may come again until the mail is settled. */
export const mailReceived = defineEvent(
  'mail.received',
  'MAIL_RECEIVED',
  MailFacts.extend({
    /** Octets of the whole mail by RFC822.SIZE; `source` may be shorter. */
    size: z.int().min(0),
    /** The raw mail from its first byte, cut at the fetch limit. */
    source: z.base64(),
    parts: z.array(FetchedPart).default([]),
    /** What a reader needs to know of the mailbox to judge route and authenticity. */
    mailbox: z.object({ username: z.string(), authservId: z.string().nullable(), forwarders: z.array(z.string()) }),
  }),
);
export type MailReceived = z.output<typeof mailReceived.payload>;

/** A mail was read: it holds a code, a link, both, or nothing for a reason. */
export const mailRead = defineEvent(
  'mail.read',
  'MAIL_READ',
  MailFacts.extend({
    kind: ExtractionKind,
    code: z.string().nullable(),
    link: z.string().nullable(),
    /** Why there is nothing, as a stable word and a sentence; null when there is something. */
    reason: z.object({ code: z.string(), detail: z.string() }).nullable(),
    confidence: z.number().min(0).max(1),
    site: z.string().nullable(),
    recipient: z.string().nullable(),
    forwarded: ForwardingRoute,
    authenticity: Authenticity,
    /** The site's policy does not accept this mail's authenticity: its code is kept, and given to no ticket. */
    refused: z.boolean().default(false),
    expiresIn: z.int().nullable(),
    from: z.string().nullable(),
    subject: z.string().nullable(),
  }),
);
export type MailRead = z.output<typeof mailRead.payload>;

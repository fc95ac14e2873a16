import type { FeedEntry } from '@otterpost/contracts/codes';
import type { MailRead } from '@otterpost/contracts/mail-events';
import type { CodeFound } from '@otterpost/contracts/worker-bus';

export const LIVE_FEED = Symbol('LiveFeed');

/** What is read as it is read, for whoever looks on. At most once, to those who listen now. */
export interface LiveFeed {
  /** Tells every gateway's listeners what the mail held, and trusted listeners on the bus its code. */
  announce(mail: MailRead): void;
  /** Hears of every mail from now on, whichever gateway took it. Gives the way to stop. */
  listen(listener: (entry: FeedEntry) => void): () => void;
  /** Given when this gateway stops: onlookers go on at another. */
  readonly closing: AbortSignal;
  close(): void;
}

/** The mail as onlookers see it: nobody can use the code that they see. */
export function toFeedEntry(mail: MailRead): FeedEntry {
  return {
    mailboxId: mail.mailboxId,
    site: mail.site,
    recipient: mail.recipient,
    code: mail.code === null ? null : maskCode(mail.code),
    link: mail.link === null ? null : maskLink(mail.link),
    reason: mail.reason,
    from: mail.from,
    subject: mail.subject === null ? null : hideCode(mail.subject, mail.code),
    receivedAt: mail.hops.serverReceivedAt ?? mail.hops.noticedAt,
    confidence: mail.confidence,
    authenticity: mail.authenticity,
    refused: mail.refused,
  };
}

/** What trusted listeners get; undefined when the mail held nothing, or no site is known for it. */
export function toCodeFound(mail: MailRead): CodeFound | undefined {
  const { site, mailId, code, link } = mail;
  if (site === null || (code === null && link === null)) return undefined;
  return { ...toFeedEntry(mail), mailId, site, code, link, subject: mail.subject };
}

/** Its first character, and how long it is. */
export function maskCode(code: string): string {
  return code.slice(0, 1) + '•'.repeat(Math.max(0, code.length - 1));
}

/** Where it leads, without what makes it valid. */
export function maskLink(link: string): string {
  return URL.canParse(link) ? `${new URL(link).origin}/…` : '…';
}

/** Sites put codes into subjects. */
export function hideCode(subject: string, code: string | null): string {
  return code === null ? subject : subject.replaceAll(code, maskCode(code));
}

import type { MailboxEvent } from '@otterpost/contracts/mailbox-requests';

export const MAILBOX_FEED = Symbol('MailboxFeed');

/** How mailboxes are, as that changes, for whoever looks on. At most once, to those who listen now. */
export interface MailboxFeed {
  /** Hears of every change from now on. Gives the way to stop. */
  listen(listener: (event: MailboxEvent) => void): () => void;
  /** Given when this gateway stops: onlookers go on at another. */
  readonly closing: AbortSignal;
  close(): void;
}

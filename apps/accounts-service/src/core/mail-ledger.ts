import type { noteMails, openFolder, sweepMails } from '@otterpost/contracts/mailbox-requests';
import type { ReplyOf, RequestOf } from '@otterpost/contracts/message';
import type { settleMails } from '@otterpost/contracts/ticket-requests';

export const MAIL_LEDGER = Symbol('MailLedger');

/** UIDs this far before the last one may still become visible late. */
export const OVERLAP = 50;
/** A mail that nobody settled is fetched again after this, then after twice as long, and so on up to the last. */
export const SWEEP_AFTER_SECONDS = 10;
export const SWEEP_AFTER_SECONDS_AT_MOST = 600;

/** Which mails were seen, in which order, and which have their outcome. Mails are never forgotten between seen and settled. */
export interface MailLedger {
  /** @throws Failure `stale_fence` to who is not the owner any more; so do `note` and `sweep` leave such mails out. */
  openFolder(request: RequestOf<typeof openFolder>): Promise<ReplyOf<typeof openFolder>>;
  reserve(): Promise<number>;
  note(request: RequestOf<typeof noteMails>): Promise<ReplyOf<typeof noteMails>['noted']>;
  sweep(ingestorId: string): Promise<ReplyOf<typeof sweepMails>['mails']>;
  settle(mails: RequestOf<typeof settleMails>['mails']): Promise<number>;
  /** The highest position that any mail has. */
  position(): Promise<number>;
}

import type { MailReceived } from '@otterpost/contracts/mail-events';
import type { noteMails, openFolder } from '@otterpost/contracts/mailbox-requests';
import type { ReplyOf, RequestOf } from '@otterpost/contracts/message';

/** What the watcher tells the suite. Each call may be repeated; a failure whose code says so is tried again. */
export interface Ledger {
  openFolder(request: RequestOf<typeof openFolder>): Promise<ReplyOf<typeof openFolder>>;
  /** The position of the next mail, for one that is being fetched. */
  reserve(): Promise<number>;
  note(request: RequestOf<typeof noteMails>): Promise<ReplyOf<typeof noteMails>['noted']>;
  /** Resolves when the stream has the mail. */
  publish(mail: MailReceived): Promise<void>;
}

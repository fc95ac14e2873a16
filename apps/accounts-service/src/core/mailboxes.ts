import type { MailboxId } from '@otterpost/contracts/ids';
import type { MailboxReport } from '@otterpost/contracts/mailbox-requests';
import type { Mailbox, MailboxChange, MailboxCondition, NewMailbox } from '@otterpost/contracts/mailboxes';
import type { Page, PageQuery } from '@otterpost/contracts/page';

export const MAILBOX_STORE = Symbol('MailboxStore');

/** The mailboxes and how they are. What it gives never holds a secret. */
export interface MailboxStore {
  /** Gives the mailbox of that id where it is there already. @throws Failure `mailbox_exists` for the same host and username, without case. */
  create(mailbox: NewMailbox, id?: MailboxId): Promise<Mailbox>;
  /**
   * Changes what is given; who watches the mailbox learns it by its next heartbeat. Undefined when there is no such mailbox.
   *
   * @throws Failure `mailbox_exists` when another has that host and username.
   */
  change(id: MailboxId, change: MailboxChange): Promise<Mailbox | undefined>;
  findAt(host: string, username: string): Promise<MailboxId | undefined>;
  find(id: MailboxId): Promise<Mailbox | undefined>;
  list(query: PageQuery): Promise<Page<Mailbox>>;
  delete(id: MailboxId): Promise<boolean>;
  conditionsOf(ids: readonly MailboxId[]): Promise<MailboxCondition[]>;
  /** Takes what owners say of their mailboxes; what an outdated fence says is left out. */
  report(reports: readonly MailboxReport[]): Promise<void>;
  /** The mailboxes whose connection or status shows otherwise than when this was last asked, of whatever replica. */
  takeChanges(): Promise<Mailbox[]>;
}

/** A mailbox whose owner has not been heard of for this long is told as disconnected, whatever was last said of it. */
export const SILENT_AFTER_SECONDS = 10;

import { Extraction } from '@otterpost/contracts/extraction';
import { extractMail, READ_BYTES, type SealedMail } from '@otterpost/contracts/extraction-requests';
import type { MailboxId } from '@otterpost/contracts/ids';
import { getMailbox } from '@otterpost/contracts/mailbox-requests';
import { parseOrFail } from '@otterpost/contracts/parse';

import type { SealFor, Suite } from './suite.ts';

export const MAIL_TRIAL = Symbol('MailTrial');

/** A large mail, and signatures whose keys must be asked for. */
const DEADLINE_MS = 15_000;
const NOBODYS: SealedMail['mailbox'] = { username: null, authservId: null, forwarders: [] };

/** Has a mail read as if it had come, without its coming. */
export class MailTrial {
  readonly #suite: Suite;
  readonly #sealFor: SealFor;
  readonly #openReply: (subject: string, sealed: string) => string;

  constructor(parts: { suite: Suite; sealFor: SealFor; openReply: (subject: string, sealed: string) => string }) {
    this.#suite = parts.suite;
    this.#sealFor = parts.sealFor;
    this.#openReply = parts.openReply;
  }

  /** @throws Failure `not_found` for a mailbox that is not there, `mail_unreadable` */
  async read(source: Buffer, mailboxId: MailboxId | undefined): Promise<Extraction> {
    const mailbox = mailboxId === undefined ? NOBODYS : await this.#suite.ask(getMailbox, { id: mailboxId });
    const { username, authservId, forwarders } = mailbox;
    const mail: SealedMail = {
      source: source.subarray(0, READ_BYTES).toString('base64'),
      isWhole: source.length <= READ_BYTES,
      mailbox: { username, authservId, forwarders },
    };
    const sealed = this.#sealFor(extractMail.subject, JSON.stringify(mail));
    const { extraction } = await this.#suite.ask(extractMail, { mail: sealed }, { timeoutMs: DEADLINE_MS });
    return parseOrFail(Extraction, JSON.parse(this.#openReply(extractMail.subject, extraction)), 'invalid_message');
  }
}

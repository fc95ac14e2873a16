import { Controller, Inject } from '@nestjs/common';
import {
  ChangedSecrets,
  changeMailbox,
  createMailbox,
  deleteMailbox,
  getMailbox,
  ImportedMailboxes,
  importMailboxes,
  listMailboxes,
  MailboxSecrets,
} from '@otterpost/contracts/mailbox-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { MAILBOX_DESK, type MailboxDesk, noSuchMailbox } from '../core/mailbox-desk.ts';
import { MAILBOX_STORE, type MailboxStore } from '../core/mailboxes.ts';
import { OPEN_FROM, type OpenFrom } from '../core/open-from.ts';

@Controller()
export class MailboxesHandler {
  constructor(
    @Inject(MAILBOX_DESK) private readonly desk: MailboxDesk,
    @Inject(MAILBOX_STORE) private readonly store: MailboxStore,
    @Inject(OPEN_FROM) private readonly openFrom: OpenFrom,
  ) {}

  @OnRequest(createMailbox)
  create({ id, mailbox, secrets }: z.output<typeof createMailbox.request>): Promise<ReplyOf<typeof createMailbox>> {
    return this.desk.create({ ...mailbox, ...this.#open(createMailbox.subject, secrets, MailboxSecrets) }, id);
  }

  @OnRequest(changeMailbox)
  change({ id, change, secrets }: z.output<typeof changeMailbox.request>): Promise<ReplyOf<typeof changeMailbox>> {
    return this.desk.change(id, { ...change, ...this.#open(changeMailbox.subject, secrets, ChangedSecrets) });
  }

  @OnRequest(importMailboxes)
  import({ mailboxes }: z.output<typeof importMailboxes.request>): Promise<ReplyOf<typeof importMailboxes>> {
    return this.desk.import(this.#open(importMailboxes.subject, mailboxes, ImportedMailboxes));
  }

  @OnRequest(getMailbox)
  async get({ id }: z.output<typeof getMailbox.request>): Promise<ReplyOf<typeof getMailbox>> {
    const mailbox = await this.store.find(id);
    if (mailbox === undefined) throw noSuchMailbox(id);
    return mailbox;
  }

  @OnRequest(listMailboxes)
  list(query: z.output<typeof listMailboxes.request>): Promise<ReplyOf<typeof listMailboxes>> {
    return this.store.list(query);
  }

  @OnRequest(deleteMailbox)
  async delete({ id }: z.output<typeof deleteMailbox.request>): Promise<ReplyOf<typeof deleteMailbox>> {
    await this.desk.delete(id);
    return {};
  }

  #open<T extends z.ZodType>(subject: string, sealed: string, schema: T): z.output<T> {
    return parseOrFail(schema, JSON.parse(this.openFrom(subject, sealed)));
  }
}

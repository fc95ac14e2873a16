import { Controller, Inject } from '@nestjs/common';
import { Failure } from '@otterpost/contracts/failure';
import {
  createMailbox,
  deleteMailbox,
  getMailbox,
  listMailboxes,
  MAILBOXES_CHANGED,
  MailboxSecrets,
} from '@otterpost/contracts/mailbox-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { ANNOUNCE, type Announce } from '../core/announce.ts';
import { MAILBOX_STORE, type MailboxStore } from '../core/mailboxes.ts';
import { OPEN_FROM, type OpenFrom } from '../core/open-from.ts';

@Controller()
export class MailboxesHandler {
  constructor(
    @Inject(MAILBOX_STORE) private readonly store: MailboxStore,
    @Inject(ANNOUNCE) private readonly announce: Announce,
    @Inject(OPEN_FROM) private readonly openFrom: OpenFrom,
  ) {}

  @OnRequest(createMailbox)
  async create({ mailbox, secrets }: z.output<typeof createMailbox.request>): Promise<ReplyOf<typeof createMailbox>> {
    const opened = parseOrFail(MailboxSecrets, JSON.parse(this.openFrom(createMailbox.subject, secrets)));
    const made = await this.store.create({ ...mailbox, ...opened });
    this.announce(MAILBOXES_CHANGED, { id: made.id });
    return made;
  }

  @OnRequest(getMailbox)
  async get({ id }: z.output<typeof getMailbox.request>): Promise<ReplyOf<typeof getMailbox>> {
    const mailbox = await this.store.find(id);
    if (mailbox === undefined) throw new Failure('not_found', { detail: `There is no mailbox ${id}` });
    return mailbox;
  }

  @OnRequest(listMailboxes)
  list(query: z.output<typeof listMailboxes.request>): Promise<ReplyOf<typeof listMailboxes>> {
    return this.store.list(query);
  }

  @OnRequest(deleteMailbox)
  async delete({ id }: z.output<typeof deleteMailbox.request>): Promise<ReplyOf<typeof deleteMailbox>> {
    if (!(await this.store.delete(id))) throw new Failure('not_found', { detail: `There is no mailbox ${id}` });
    this.announce(MAILBOXES_CHANGED, { id });
    return {};
  }
}

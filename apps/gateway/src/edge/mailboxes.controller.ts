import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { MailboxId } from '@otterpost/contracts/ids';
import {
  createMailbox,
  deleteMailbox,
  getMailbox,
  listMailboxes,
  type MailboxSecrets,
} from '@otterpost/contracts/mailbox-requests';
import { type Mailbox, NewMailbox } from '@otterpost/contracts/mailboxes';
import { type Page, PageQuery } from '@otterpost/contracts/page';

import { SEAL_FOR, type SealFor, SUITE, type Suite } from '../core/suite.ts';
import { Needs } from './caller.guard.ts';

@Controller('v1/mailboxes')
@Needs('operator')
export class MailboxesController {
  constructor(
    @Inject(SUITE) private readonly suite: Suite,
    @Inject(SEAL_FOR) private readonly sealFor: SealFor,
  ) {}

  @Post()
  create(@Body({ schema: NewMailbox }) { auth, smtp, proxy, ...mailbox }: NewMailbox): Promise<Mailbox> {
    const secrets: MailboxSecrets = { auth, smtp, proxy };
    return this.suite.ask(createMailbox, { mailbox, secrets: this.sealFor(createMailbox.subject, JSON.stringify(secrets)) });
  }

  @Get()
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<Mailbox>> {
    return this.suite.ask(listMailboxes, query);
  }

  @Get(':id')
  get(@Param('id', { schema: MailboxId }) id: MailboxId): Promise<Mailbox> {
    return this.suite.ask(getMailbox, { id });
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id', { schema: MailboxId }) id: MailboxId): Promise<void> {
    await this.suite.ask(deleteMailbox, { id });
  }
}

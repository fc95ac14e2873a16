import { Controller, Inject } from '@nestjs/common';
import type { ReplyOf } from '@otterpost/contracts/message';
import { prepareTicket, settleMails } from '@otterpost/contracts/ticket-requests';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { MAIL_LEDGER, type MailLedger } from '../core/mail-ledger.ts';
import { MAILBOX_STORE, type MailboxStore } from '../core/mailboxes.ts';
import { SITE_STORE, type SiteStore } from '../core/sites.ts';

/** What the gateway asks for its tickets. */
@Controller()
export class TicketsHandler {
  constructor(
    @Inject(MAIL_LEDGER) private readonly ledger: MailLedger,
    @Inject(MAILBOX_STORE) private readonly store: MailboxStore,
    @Inject(SITE_STORE) private readonly sites: SiteStore,
  ) {}

  @OnRequest(prepareTicket)
  async prepare({ site, mailboxIds }: z.output<typeof prepareTicket.request>): Promise<ReplyOf<typeof prepareTicket>> {
    const [position, mailboxes, slug] = await Promise.all([
      this.ledger.position(),
      this.store.conditionsOf(mailboxIds),
      this.sites.resolve(site),
    ]);
    return { site: slug ?? site, position, mailboxes };
  }

  @OnRequest(settleMails)
  async settle({ mails }: z.output<typeof settleMails.request>): Promise<ReplyOf<typeof settleMails>> {
    return { settled: await this.ledger.settle(mails) };
  }
}

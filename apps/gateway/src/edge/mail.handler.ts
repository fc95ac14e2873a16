import { Controller, Inject } from '@nestjs/common';
import { type MailRead, mailRead } from '@otterpost/contracts/mail-events';
import { settleMails } from '@otterpost/contracts/ticket-requests';
import { OnEvent } from '@otterpost/messaging/on-event';

import { LIVE_FEED, type LiveFeed } from '../core/live-feed.ts';
import { SUITE, type Suite } from '../core/suite.ts';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';

@Controller()
export class MailHandler {
  constructor(
    @Inject(TICKET_DESK) private readonly desk: TicketDesk,
    @Inject(SUITE) private readonly suite: Suite,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** May come again: the outcome is stored once by the mail's id, and settling twice is settling once. */
  @OnEvent(mailRead)
  async take(mail: MailRead): Promise<void> {
    await this.desk.take(mail);
    this.feed.announce(mail);
    await this.suite.ask(settleMails, {
      mails: [{ mailId: mail.mailId, outcome: mail.kind, reason: mail.reason?.code ?? null }],
    });
  }
}

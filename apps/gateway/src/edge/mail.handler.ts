import { setImmediate } from 'node:timers/promises';

import { Controller, Inject } from '@nestjs/common';
import { type MailRead, mailRead } from '@otterpost/contracts/mail-events';
import { OnEvent } from '@otterpost/messaging/on-event';

import { LIVE_FEED, type LiveFeed } from '../core/live-feed.ts';
import { SETTLEMENT, type Settlement } from '../core/settlement.ts';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';

@Controller()
export class MailHandler {
  constructor(
    @Inject(TICKET_DESK) private readonly desk: TicketDesk,
    @Inject(SETTLEMENT) private readonly settlement: Settlement,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** May come again: the outcome is stored once by the mail's id, and settling twice is settling once. */
  @OnEvent(mailRead)
  async take(mail: MailRead): Promise<void> {
    await this.desk.take(mail);
    // The worker's answer goes out first.
    await setImmediate();
    this.feed.announce(mail);
    await this.settlement.settle({ mailId: mail.mailId, outcome: mail.kind, reason: mail.reason?.code ?? null });
  }
}

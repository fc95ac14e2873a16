import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { MAILBOX_FEED, type MailboxFeed } from '../core/mailbox-feed.ts';
import { Needs } from './caller.guard.ts';
import { sendEvents } from './event-stream.ts';
import { Gone } from './gone.ts';
import { heardEvents } from './heard-events.ts';
import { Described } from './openapi/described.ts';

@Controller('v1/mailboxes')
@Needs('operator')
export class MailboxEventsController {
  constructor(@Inject(MAILBOX_FEED) private readonly feed: MailboxFeed) {}

  /** `changed` with the mailbox, whenever its connection or status is another; `deleted` with its id. */
  @Get('events')
  @Described({ summary: 'Changes of mailboxes, as server-sent events', type: 'text/event-stream' })
  async events(@Gone() signal: AbortSignal, @Res() reply: FastifyReply): Promise<void> {
    const until = AbortSignal.any([signal, this.feed.closing]);
    await sendEvents(
      reply,
      heardEvents((tell) => this.feed.listen(({ event, mailbox }) => tell({ event, data: mailbox })), until),
    );
  }
}

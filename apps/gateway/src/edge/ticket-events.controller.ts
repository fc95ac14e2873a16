import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { TicketId } from '@otterpost/contracts/ids';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';
import { CalledBy } from './caller.guard.ts';
import { type StreamEvent, sendEvents } from './event-stream.ts';
import { followTicket } from './follow-ticket.ts';
import { Gone } from './gone.ts';
import { Described } from './openapi/described.ts';

const FollowQuery = z.strictObject({ follow: z.stringbool().default(false) });

@Controller('v1/tickets')
export class TicketEventsController {
  constructor(@Inject(TICKET_DESK) private readonly desk: TicketDesk) {}

  /** What happens to a ticket, as server-sent events: the present state first, then each change. */
  @Get(':id/events')
  @Described({
    summary: 'What happens to a ticket, as server-sent events',
    type: 'text/event-stream',
    headers: { 'Last-Event-ID': 'Goes on behind this event (WHATWG HTML section 9.2)' },
  })
  async events(
    @CalledBy() caller: Caller,
    @Param('id', { schema: TicketId }) id: TicketId,
    @Query({ schema: FollowQuery }) { follow }: z.output<typeof FollowQuery>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Gone() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendEvents(reply, this.#changes(caller, id, { signal, follow }), Number(lastEventId) || 0);
  }

  async *#changes(caller: Caller, id: TicketId, options: { signal: AbortSignal; follow: boolean }): AsyncGenerator<StreamEvent> {
    for await (const ticket of followTicket(this.desk, caller, id, options)) yield { event: ticket.status, data: ticket };
  }
}

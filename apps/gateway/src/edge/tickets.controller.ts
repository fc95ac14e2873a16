import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { TicketId } from '@otterpost/contracts/ids';
import { type Page, PageQuery } from '@otterpost/contracts/page';
import { NewTicket, RejectedCode, type Ticket, TicketStatus, TypedCode } from '@otterpost/contracts/tickets';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Gone } from './gone.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

/** A request may be held this long (CONTRACT section 4). */
const WaitQuery = z.strictObject({ wait: z.coerce.number().int().min(0).max(120).default(0) });
const ListQuery = PageQuery.extend({
  status: TicketStatus.optional(),
  site: z.string().max(253).optional(),
  manual: z.stringbool().optional(),
});

@Controller('v1/tickets')
export class TicketsController {
  constructor(@Inject(TICKET_DESK) private readonly desk: TicketDesk) {}

  @Post()
  async open(
    @CalledBy() caller: Caller,
    @Body({ schema: NewTicket }) wish: NewTicket,
    @Query({ schema: WaitQuery }) { wait }: z.output<typeof WaitQuery>,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Gone() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Ticket> {
    const { ticket, isNew } = await this.desk.open(caller, wish, {
      idempotencyKey: readIdempotencyKey(idempotencyKey),
      waitMs: wait * 1000,
      signal,
    });
    reply.status(isNew ? 201 : 200);
    return ticket;
  }

  @Get()
  list(@CalledBy() caller: Caller, @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>): Promise<Page<Ticket>> {
    return this.desk.list(caller, query);
  }

  @Get(':id')
  get(
    @CalledBy() caller: Caller,
    @Param('id', { schema: TicketId }) id: TicketId,
    @Query({ schema: WaitQuery }) { wait }: z.output<typeof WaitQuery>,
    @Gone() signal: AbortSignal,
  ): Promise<Ticket> {
    return this.desk.get(caller, id, { waitMs: wait * 1000, signal });
  }

  @Delete(':id')
  @HttpCode(204)
  cancel(@CalledBy() caller: Caller, @Param('id', { schema: TicketId }) id: TicketId): Promise<void> {
    return this.desk.cancel(caller, id);
  }

  @Post(':id/code')
  @HttpCode(200)
  @Needs('operator')
  type(
    @CalledBy() caller: Caller,
    @Param('id', { schema: TicketId }) id: TicketId,
    @Body({ schema: TypedCode }) found: TypedCode,
  ): Promise<Ticket> {
    return this.desk.fulfilByHand(caller, id, found);
  }

  @Post(':id/reject')
  @HttpCode(200)
  reject(
    @CalledBy() caller: Caller,
    @Param('id', { schema: TicketId }) id: TicketId,
    @Body({ schema: RejectedCode }) rejected: RejectedCode,
  ): Promise<Ticket> {
    return this.desk.reject(caller, id, rejected?.reason);
  }
}

import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { TicketId } from '@otterpost/contracts/ids';
import { type Page, PageQuery, pageOf } from '@otterpost/contracts/page';
import { NewTicket, RejectedCode, Ticket, TicketStatus, TypedCode } from '@otterpost/contracts/tickets';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Gone } from './gone.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { Described } from './openapi/described.ts';

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
  @Described({
    summary: 'Opens a ticket, and waits for its code as long as `wait` says',
    answer: Ticket,
    also: { 200: 'The ticket that this Idempotency-Key opened before' },
    headers: { 'Idempotency-Key': 'Opens one ticket, however often it is sent' },
    example: { site: 'riverbank', recipient: 'ada@otters.example', expiresIn: 300 },
    fails: ['idempotency_key_reused', 'site_not_allowed', 'not_found'],
  })
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
  @Described({ summary: 'Tickets, newest first', answer: pageOf(Ticket) })
  list(@CalledBy() caller: Caller, @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>): Promise<Page<Ticket>> {
    return this.desk.list(caller, query);
  }

  @Get(':id')
  @Described({ summary: 'A ticket; with `wait`, as soon as it has ended', answer: Ticket })
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
  @Described({ summary: 'Cancels a ticket', fails: ['ticket_ended', 'ticket_already_fulfilled'] })
  cancel(@CalledBy() caller: Caller, @Param('id', { schema: TicketId }) id: TicketId): Promise<void> {
    return this.desk.cancel(caller, id);
  }

  @Post(':id/code')
  @HttpCode(200)
  @Needs('operator')
  @Described({
    summary: 'A person types the code',
    answer: Ticket,
    example: { code: '482913' },
    fails: ['ticket_ended', 'ticket_already_fulfilled'],
  })
  type(
    @CalledBy() caller: Caller,
    @Param('id', { schema: TicketId }) id: TicketId,
    @Body({ schema: TypedCode }) found: TypedCode,
  ): Promise<Ticket> {
    return this.desk.fulfilByHand(caller, id, found);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Described({
    summary: 'The code was wrong: the ticket is open again, for a newer one',
    answer: Ticket,
    example: { reason: 'wrong_code' },
    fails: ['ticket_not_fulfilled', 'ticket_ended'],
  })
  reject(
    @CalledBy() caller: Caller,
    @Param('id', { schema: TicketId }) id: TicketId,
    @Body({ schema: RejectedCode }) rejected: RejectedCode,
  ): Promise<Ticket> {
    return this.desk.reject(caller, id, rejected?.reason);
  }
}

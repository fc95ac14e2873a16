import { Controller, Inject } from '@nestjs/common';
import { parseOrFail } from '@otterpost/contracts/parse';
import { CancelTicketMessage, GetTicketMessage, OpenTicketMessage, RejectCodeMessage } from '@otterpost/contracts/worker-bus';
import { finalize, from, map, type Observable } from 'rxjs';

import { DOORKEEPER, type Doorkeeper, holdFor } from '../core/caller.ts';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';
import { followTicket } from './follow-ticket.ts';
import { type GrpcCaller, OnGrpcCall } from './grpc-call.ts';
import { toMessage } from './grpc-messages.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

/** `otterpost.v1.TicketService` (libs/contracts/proto). */
@Controller()
export class GrpcTicketsHandler {
  constructor(
    @Inject(TICKET_DESK) private readonly desk: TicketDesk,
    @Inject(DOORKEEPER) private readonly doorkeeper: Doorkeeper,
  ) {}

  @OnGrpcCall('OpenTicket')
  async open(
    { waitSeconds, ...body }: Record<string, unknown>,
    { authorization, idempotencyKey, signal }: GrpcCaller,
  ): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { wait, ...wish } = parseOrFail(OpenTicketMessage, { ...body, wait: waitSeconds });
    const key = readIdempotencyKey(idempotencyKey);
    const open = (over: AbortSignal) => this.desk.open(caller, wish, { idempotencyKey: key, waitMs: wait * 1000, signal: over });
    const { ticket } = await holdFor(this.doorkeeper, caller, open, signal);
    return toMessage(ticket);
  }

  @OnGrpcCall('GetTicket')
  async get({ waitSeconds, ...body }: Record<string, unknown>, { authorization, signal }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { id, wait } = parseOrFail(GetTicketMessage, { ...body, wait: waitSeconds });
    const get = (over: AbortSignal) => this.desk.get(caller, id, { waitMs: wait * 1000, signal: over });
    return toMessage(await holdFor(this.doorkeeper, caller, get, signal));
  }

  @OnGrpcCall('WatchTicket')
  async watch(body: Record<string, unknown>, { authorization, signal }: GrpcCaller): Promise<Observable<unknown>> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { id } = parseOrFail(CancelTicketMessage, body);
    const over = new AbortController();
    const stop = this.doorkeeper.whenEnded(caller, (why) => over.abort(why));
    signal.addEventListener('abort', () => over.abort(), { once: true });
    return from(followTicket(this.desk, caller, id, { signal: over.signal })).pipe(map(toMessage), finalize(stop));
  }

  @OnGrpcCall('CancelTicket')
  async cancel(body: Record<string, unknown>, { authorization }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { id } = parseOrFail(CancelTicketMessage, body);
    await this.desk.cancel(caller, id);
    return {};
  }

  @OnGrpcCall('RejectCode')
  async reject(body: Record<string, unknown>, { authorization }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { id, reason } = parseOrFail(RejectCodeMessage, body);
    return toMessage(await this.desk.reject(caller, id, reason));
  }
}

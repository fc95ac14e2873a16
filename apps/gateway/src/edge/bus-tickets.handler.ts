import { Controller, Inject } from '@nestjs/common';
import { parseOrFail } from '@otterpost/contracts/parse';
import type { Ticket } from '@otterpost/contracts/tickets';
import {
  CancelTicketMessage,
  GetTicketMessage,
  OpenTicketMessage,
  RejectCodeMessage,
  WORKER_SUBJECTS,
} from '@otterpost/contracts/worker-bus';
import { OnPlainRequest, type PlainHeaders } from '@otterpost/messaging/plain-requests';

import { DOORKEEPER, type Doorkeeper, holdFor } from '../core/caller.ts';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

/** Tickets for workers that live on the bus. */
@Controller()
export class BusTicketsHandler {
  constructor(
    @Inject(TICKET_DESK) private readonly desk: TicketDesk,
    @Inject(DOORKEEPER) private readonly doorkeeper: Doorkeeper,
  ) {}

  @OnPlainRequest(WORKER_SUBJECTS.open)
  async open(body: unknown, headers: PlainHeaders): Promise<Ticket> {
    const caller = await this.doorkeeper.identify(headers.get('authorization'), null);
    const { wait, ...wish } = parseOrFail(OpenTicketMessage, body);
    const idempotencyKey = readIdempotencyKey(headers.get('idempotency-key'));
    const open = (signal: AbortSignal) => this.desk.open(caller, wish, { idempotencyKey, waitMs: wait * 1000, signal });
    const { ticket } = await holdFor(this.doorkeeper, caller, open);
    return ticket;
  }

  @OnPlainRequest(WORKER_SUBJECTS.get)
  async get(body: unknown, headers: PlainHeaders): Promise<Ticket> {
    const caller = await this.doorkeeper.identify(headers.get('authorization'), null);
    const { id, wait } = parseOrFail(GetTicketMessage, body);
    return holdFor(this.doorkeeper, caller, (signal) => this.desk.get(caller, id, { waitMs: wait * 1000, signal }));
  }

  @OnPlainRequest(WORKER_SUBJECTS.cancel)
  async cancel(body: unknown, headers: PlainHeaders): Promise<Ticket> {
    const caller = await this.doorkeeper.identify(headers.get('authorization'), null);
    const { id } = parseOrFail(CancelTicketMessage, body);
    await this.desk.cancel(caller, id);
    return this.desk.get(caller, id, { waitMs: 0 });
  }

  @OnPlainRequest(WORKER_SUBJECTS.reject)
  async reject(body: unknown, headers: PlainHeaders): Promise<Ticket> {
    const caller = await this.doorkeeper.identify(headers.get('authorization'), null);
    const { id, reason } = parseOrFail(RejectCodeMessage, body);
    return this.desk.reject(caller, id, reason);
  }
}

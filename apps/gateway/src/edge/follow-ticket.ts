import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { Ticket } from '@otterpost/contracts/tickets';
import type { TicketDesk } from '../core/ticket-desk.ts';

/** One look is held this long; then the caller is looked for again. */
const HOLD_MS = 30_000;
/** A fulfilled ticket holds nobody, so that a rejection is looked for. */
const REJECTION_LOOK_MS = 1000;

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Goes on after a fulfilment, which a rejection may undo, until the ticket's time is over. */
  readonly follow?: boolean;
}

/**
 * The ticket as it is, then at each change. Ends with the ticket, or when the caller has gone.
 *
 * @throws Failure `not_found`; `shutting_down` when this gateway stops first: the caller follows at another
 */
export async function* followTicket(
  desk: TicketDesk,
  caller: Caller,
  id: string,
  { signal, follow = false }: FollowOptions,
): AsyncGenerator<Ticket, void, undefined> {
  let ticket = await desk.get(caller, id, { waitMs: 0 });
  yield ticket;
  while (mayChange(ticket, follow)) {
    if (ticket.status === 'fulfilled') await pause(REJECTION_LOOK_MS, undefined, { signal }).catch(() => undefined);
    const latest = await desk.get(caller, id, { waitMs: HOLD_MS, signal });
    if (signal.reason instanceof Failure) throw signal.reason;
    if (signal.aborted) return;
    if (latest.status !== ticket.status || latest.code !== ticket.code || latest.link !== ticket.link) yield latest;
    else if (desk.isClosing) throw new Failure('shutting_down');
    ticket = latest;
  }
}

function mayChange({ status, expiresAt }: Ticket, follow: boolean): boolean {
  return status === 'open' || (follow && status === 'fulfilled' && Date.parse(expiresAt) > Date.now());
}

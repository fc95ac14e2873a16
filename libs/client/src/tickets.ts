import type { Page } from '@otterpost/contracts/page';
import type { NewTicket, Ticket } from '@otterpost/contracts/tickets';
import type * as z from 'zod';

import { startDeadline } from './deadline.ts';
import { followEvents } from './event-stream.ts';
import type { CallOptions, GatewayConnection } from './gateway-connection.ts';
import { OtterpostError } from './otterpost-error.ts';

/** How long one request is held: below the idle limits of usual proxies. */
const HOLD_SECONDS = 25;
const HOLD_GRACE_MS = 10_000;
const DEFAULT_WAIT_MS = 120_000;
const GOODBYE_MS = 3000;

/** The body of `POST /v1/tickets`. */
export type TicketRequest = z.input<typeof NewTicket>;

export interface OpenOptions extends CallOptions {
  /** Name the request yourself to get the same ticket, and the same code, after a crash of your own. */
  readonly idempotencyKey?: string;
}

/** Waiting for a code. `timeout` in milliseconds; default two minutes. */
export type WaitOptions = CallOptions;

/** Claims on the next code for a site and a recipient. */
export class Tickets {
  readonly #connection: GatewayConnection;

  constructor(connection: GatewayConnection) {
    this.#connection = connection;
  }

  /**
   * Opens a ticket at once; open it before you make the site send its mail.
   *
   *     const ticket = await otterpost.tickets.open({ site: 'nike', recipient: 'a@example.com' });
   *     // … press "send code" …
   *     const code = await ticket.code({ timeout: 60_000 });
   *
   * or, when the mail is on its way only after this line: `await otterpost.tickets.open({…}).code()`.
   */
  open(request: TicketRequest, { idempotencyKey, ...options }: OpenOptions = {}): OpeningTicket {
    const opened = this.#connection.call<Ticket>({
      ...options,
      method: 'POST',
      path: 'tickets',
      body: request,
      ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
    });
    return OpeningTicket.from(opened.then((ticket) => new OpenTicket(this.#connection, ticket)));
  }

  /** A ticket that was opened before, perhaps by another process. */
  async get(id: string, options: CallOptions = {}): Promise<OpenTicket> {
    const ticket = await this.#connection.call<Ticket>({ ...options, method: 'GET', path: `tickets/${encodeURIComponent(id)}` });
    return new OpenTicket(this.#connection, ticket);
  }

  list(
    query: { status?: Ticket['status']; site?: string; manual?: boolean; limit?: number; cursor?: string } = {},
    options: CallOptions = {},
  ): Promise<Page<Ticket>> {
    return this.#connection.call({ ...options, method: 'GET', path: 'tickets', query });
  }
}

/** A ticket on its way to being open: await it for the ticket, or go straight on to the code. */
export class OpeningTicket extends Promise<OpenTicket> {
  /** What is chained on it is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static from(opened: Promise<OpenTicket>): OpeningTicket {
    const opening = new OpeningTicket((resolve, reject) => void opened.then(resolve, reject));
    // Whoever awaits it or asks for the code hears of the failure; until then it is not an unhandled rejection.
    opening.catch(() => undefined);
    return opening;
  }

  /** The code. When it does not come in time, or the signal is given, the ticket is cancelled: nobody holds it any more. */
  code(options: WaitOptions = {}): Promise<string> {
    return this.#orCancel((ticket) => ticket.code(options));
  }

  /** The verification link; otherwise like `code`. */
  link(options: WaitOptions = {}): Promise<string> {
    return this.#orCancel((ticket) => ticket.link(options));
  }

  async #orCancel(wait: (ticket: OpenTicket) => Promise<string>): Promise<string> {
    const ticket = await this;
    try {
      return await wait(ticket);
    } catch (error) {
      if (!ticket.isEnded) await ticket.cancel({ timeout: GOODBYE_MS }).catch(() => undefined);
      throw error;
    }
  }
}

/** One ticket, with what was last known of it. */
export class OpenTicket {
  readonly #connection: GatewayConnection;
  #latest: Ticket;

  constructor(connection: GatewayConnection, ticket: Ticket) {
    this.#connection = connection;
    this.#latest = ticket;
  }

  get id(): string {
    return this.#latest.id;
  }

  /** As it was when the gateway last spoke of it. */
  get latest(): Readonly<Ticket> {
    return this.#latest;
  }

  get isEnded(): boolean {
    return this.#latest.status !== 'open';
  }

  /** @throws OtterpostError `ticket_expired` (with the cause in its message), `ticket_cancelled`, `timeout`, `no_code` */
  async code(options: WaitOptions = {}): Promise<string> {
    const { code } = await this.fulfilled(options);
    if (code === undefined) throw new OtterpostError('no_code', 'The mail held a link and no code; ask for link()');
    return code;
  }

  /** @throws OtterpostError like `code`; `no_link` */
  async link(options: WaitOptions = {}): Promise<string> {
    const { link } = await this.fulfilled(options);
    if (link === undefined) throw new OtterpostError('no_link', 'The mail held a code and no link; ask for code()');
    return link;
  }

  /** The fulfilled ticket with code or link, source and receipt. Waits through restarts of the gateway. */
  async fulfilled({ signal, timeout = DEFAULT_WAIT_MS }: WaitOptions = {}): Promise<Ticket> {
    const { site, recipient } = this.#latest;
    const deadline = startDeadline(timeout, signal, `No code of ${site} for ${recipient ?? 'anybody'}`);
    try {
      while (this.#latest.status === 'open') {
        deadline.signal.throwIfAborted();
        const wait = Math.min(HOLD_SECONDS, Math.ceil(deadline.leftMs() / 1000));
        this.#latest = await this.#connection.call<Ticket>({
          method: 'GET',
          path: this.#path(),
          query: { wait },
          signal: deadline.signal,
          timeout: deadline.leftMs() + HOLD_GRACE_MS,
          silenceMs: wait * 1000 + HOLD_GRACE_MS,
        });
      }
    } finally {
      deadline.end();
    }
    return this.#ended();
  }

  /** Ends the ticket. @throws OtterpostError `ticket_ended` when it has ended already */
  async cancel(options: CallOptions = {}): Promise<void> {
    await this.#connection.call({ ...options, method: 'DELETE', path: this.#path() });
    this.#latest = { ...this.#latest, status: 'cancelled' };
  }

  /** The site refused this code: the ticket is open again, and `code()` waits for a newer one. */
  async reject(reason?: string, options: CallOptions = {}): Promise<void> {
    this.#latest = await this.#connection.call<Ticket>({
      ...options,
      method: 'POST',
      path: `${this.#path()}/reject`,
      body: reason === undefined ? {} : { reason },
    });
  }

  /** The ticket at each change, the present state first, over reconnects, until it has ended. */
  async *changes({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<Ticket, void, undefined> {
    const isLast = ({ event }: { event: string }): boolean => event !== 'open';
    for await (const { data } of followEvents(this.#connection, { path: `${this.#path()}/events` }, { signal, isLast })) {
      this.#latest = JSON.parse(data) as Ticket;
      yield this.#latest;
    }
  }

  #path(): string {
    return `tickets/${encodeURIComponent(this.id)}`;
  }

  #ended(): Ticket {
    const { status, cause, site, recipient } = this.#latest;
    if (status === 'fulfilled') return this.#latest;
    const what = `The ticket for ${site}, ${recipient ?? 'any recipient'},`;
    if (status === 'expired') throw new OtterpostError('ticket_expired', `${what} expired: ${cause ?? 'no_mail'}`);
    throw new OtterpostError('ticket_cancelled', `${what} was cancelled`);
  }
}

import { type Caller, maySeeSite } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { MailRead } from '@otterpost/contracts/mail-events';
import type { MailboxCondition } from '@otterpost/contracts/mailboxes';
import type { Page, PageQuery } from '@otterpost/contracts/page';
import type { ExpiryCause, NewTicket, Ticket, TicketStatus } from '@otterpost/contracts/tickets';
import type { DueTicket, StoredTicket, TicketStore } from './ticket-store.ts';
import type { WaitingRoom } from './waiting-room.ts';

export const TICKET_DESK = Symbol('TicketDesk');

/** How long a caller waits for an end of the ticket, and when it has gone. */
export interface Patience {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What accounts-service knows when a ticket is opened. */
export interface Prepared {
  readonly site: string;
  readonly position: number;
  readonly mailboxes: readonly MailboxCondition[];
}

export interface DeskOptions {
  readonly store: TicketStore;
  readonly room: WaitingRoom<StoredTicket>;
  /** The most requests that are held at a time, of one key and of all. */
  readonly held: { readonly perKey: number; readonly total: number };
  readonly prepare: (request: { site: string; mailboxIds: readonly string[] }) => Promise<Prepared>;
  readonly hash: (text: string) => string;
  /** Tells every gateway, and workers on the bus, what happened to a ticket. */
  readonly announce: (event: TicketStatus, ticket: Ticket) => void;
  /** Tells who watches these mailboxes that mail is waited for; null: wherever it may come. */
  readonly awaitMail: (mailboxIds: readonly (string | null)[]) => void;
  readonly now: () => Date;
  /** What failed beside an answer that was given all the same. */
  readonly onError: (error: unknown, what: string) => void;
}

const DUE_AT_ONCE = 200;
/** Ten thousand ids in one question would hold up whoever asks next to it. */
const LOOKED_AT_ONCE = 500;

/** Tickets, by the same rules for every transport. */
export class TicketDesk {
  readonly #options: DeskOptions;
  /** How mailboxes were when last asked, for tickets that are answered in between. */
  readonly #conditions = new Map<string, MailboxCondition>();
  /** Requests that are held now, by key. */
  readonly #held = new Map<string, number>();
  #allHeld = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Opens a ticket, or finds the one that this key opened before, and waits for its end as long as the caller's patience lasts. */
  async open(
    caller: Caller,
    wish: NewTicket,
    options: Patience & { idempotencyKey?: string | undefined },
  ): Promise<{ ticket: Ticket; isNew: boolean }> {
    return this.#hold(caller, options, () => this.#open(caller, wish, options));
  }

  async #open(
    caller: Caller,
    wish: NewTicket,
    options: Patience & { idempotencyKey?: string | undefined },
  ): Promise<{ ticket: Ticket; isNew: boolean }> {
    const { store, hash } = this.#options;
    const recipient = wish.recipient?.toLowerCase();
    const mailboxId = wish.mailboxId ?? (recipient === undefined ? undefined : await store.mailboxOf(recipient)) ?? null;
    const prepared = await this.#prepare(wish.site, mailboxId);
    if (!maySeeSite(caller, prepared.site)) {
      throw new Failure('site_not_allowed', { detail: `This API key is limited to ${caller.sites?.join(', ')}` });
    }
    if (wish.mailboxId !== undefined && prepared.mailboxes.length === 0) {
      throw new Failure('not_found', { detail: `There is no mailbox ${wish.mailboxId}` });
    }
    const { stored, isNew } = await store.open({
      keyId: caller.keyId,
      idempotency:
        options.idempotencyKey === undefined ? undefined : { key: options.idempotencyKey, hash: hash(JSON.stringify(wish)) },
      wish,
      site: prepared.site,
      position: prepared.position,
      mailboxId,
    });
    if (isNew) {
      if (stored.ticket.status === 'open' && !stored.manual) this.#options.awaitMail([mailboxId]);
      this.#tell(stored);
    }
    return { ticket: await this.#answer(stored, options), isNew };
  }

  async get(caller: Caller, id: string, patience: Patience): Promise<Ticket> {
    return this.#hold(caller, patience, async () => this.#answer(await this.#see(caller, id), patience));
  }

  async list(
    caller: Caller,
    filter: PageQuery & { status?: TicketStatus; site?: string; manual?: boolean },
  ): Promise<Page<Ticket>> {
    const { items, nextCursor } = await this.#options.store.list({
      limit: filter.limit,
      cursor: filter.cursor,
      keyId: caller.scope === 'worker' ? caller.keyId : undefined,
      sites: caller.sites,
      status: filter.status,
      site: filter.site,
      manual: filter.manual,
    });
    return { items: items.map((stored) => this.#toTicket(stored)), nextCursor };
  }

  async cancel(caller: Caller, id: string): Promise<void> {
    await this.#see(caller, id);
    const cancelled = await this.#options.store.cancel(id);
    if (cancelled === undefined) throw new Failure('ticket_ended', { detail: 'Only an open ticket can be cancelled' });
    this.#tell(cancelled);
  }

  /** A person's code; the first to come wins, the person or the mail. */
  async fulfilByHand(caller: Caller, id: string, found: { code: string } | { link: string }): Promise<Ticket> {
    if (caller.scope === 'worker') throw new Failure('scope_insufficient', { detail: 'Only operators type codes' });
    await this.#see(caller, id);
    const fulfilled = await this.#options.store.fulfilByHand(id, found, caller);
    if (fulfilled === undefined) throw new Failure('not_found', { detail: `There is no ticket ${id}` });
    this.#tell(fulfilled);
    return this.#toTicket(fulfilled);
  }

  /** A person says whose a code is that was not given away by itself. */
  async assign(caller: Caller, codeId: string, ticketId: string): Promise<void> {
    await this.#see(caller, ticketId);
    this.#tell(await this.#options.store.assign(codeId, ticketId, caller));
  }

  /** The site refused the code: the ticket is open again, and takes a newer one. */
  async reject(caller: Caller, id: string, reason: string | undefined): Promise<Ticket> {
    await this.#see(caller, id);
    const reopened = await this.#options.store.reject(id, reason);
    if (reopened === undefined) throw new Failure('not_found', { detail: `There is no ticket ${id}` });
    this.#tell(reopened);
    return this.#toTicket(reopened);
  }

  /** What was read in a mail: stored, and given to the ticket that it is for. May be repeated. */
  async take(mail: MailRead): Promise<void> {
    const fulfilled = await this.#options.store.take(mail);
    if (fulfilled !== undefined) this.#tell(fulfilled);
  }

  /** Says again what is waited for: who took a mailbox over since has not heard it. */
  async tellAwaited(): Promise<void> {
    const awaited = await this.#options.store.awaited();
    if (awaited.length > 0) this.#options.awaitMail(awaited);
  }

  /** Ends what is over, with an honest cause. */
  async expireDue(): Promise<void> {
    for (;;) {
      const due = await this.#options.store.due(DUE_AT_ONCE);
      const mailboxes = new Map(due.map(({ mailboxId, ticket }) => [mailboxId, ticket.site]));
      await Promise.all([...mailboxes].map(([id, site]) => (id === null ? undefined : this.#refreshCondition(site, id))));
      for (const ticket of due) {
        const expired = await this.#options.store.expire(ticket.ticket.id, causeOf(ticket, this.#conditionOf(ticket.mailboxId)));
        if (expired !== undefined) this.#tell(expired);
      }
      if (due.length < DUE_AT_ONCE) return;
    }
  }

  /** Nobody is held here any more: who follows a ticket goes on at another gateway. */
  get isClosing(): boolean {
    return this.#options.room.isClosed;
  }

  /** Calls who waits for a ticket that ended elsewhere, should its announcement have been lost. */
  async lookAgain(): Promise<void> {
    const { room, store } = this.#options;
    const waiting = room.ticketIds;
    for (let from = 0; from < waiting.length; from += LOOKED_AT_ONCE) {
      for (const id of await store.ended(waiting.slice(from, from + LOOKED_AT_ONCE))) room.call(id);
    }
  }

  /** Who would wait takes a place first: where none is left, nothing is done. */
  async #hold<T>({ keyId }: Caller, { waitMs }: Patience, work: () => Promise<T>): Promise<T> {
    if (waitMs <= 0) return work();
    const { perKey, total } = this.#options.held;
    const held = this.#held.get(keyId) ?? 0;
    if (held >= perKey || this.#allHeld >= total) {
      const limit = held >= perKey ? `${perKey} requests of one API key` : `${total} requests`;
      throw new Failure('too_many_requests', {
        detail: `${limit} are held here: ask without wait, or later`,
        retryAfterSeconds: 1,
      });
    }
    this.#held.set(keyId, held + 1);
    this.#allHeld += 1;
    try {
      return await work();
    } finally {
      this.#allHeld -= 1;
      const left = (this.#held.get(keyId) ?? 1) - 1;
      if (left === 0) this.#held.delete(keyId);
      else this.#held.set(keyId, left);
    }
  }

  async #answer(stored: StoredTicket, { waitMs, signal }: Patience): Promise<Ticket> {
    const { room, store, now, onError } = this.#options;
    let seen = stored;
    const until = performance.now() + waitMs;
    for (let looked = false; seen.ticket.status === 'open' && performance.now() < until && !room.isClosed; looked = true) {
      if (signal?.aborted === true) break;
      const called = room.wait(seen.ticket.id, until - performance.now(), signal);
      // The place is taken before the second look, so that nothing happens unseen between them.
      if (!looked) seen = (await store.find(seen.ticket.id)) ?? seen;
      if (seen.ticket.status === 'open') seen = (await called) ?? (await store.find(seen.ticket.id)) ?? seen;
      else room.call(seen.ticket.id, seen);
    }
    if (signal?.reason instanceof Failure) throw signal.reason;
    const ticket = this.#toTicket(seen);
    if (ticket.receipt === undefined || ticket.receipt.deliveredAt !== null) return ticket;
    store.markDelivered(ticket.id).catch((error: unknown) => onError(error, 'a delivery was not written down'));
    return { ...ticket, receipt: { ...ticket.receipt, deliveredAt: now().toISOString() } };
  }

  async #see(caller: Caller, id: string): Promise<StoredTicket> {
    const stored = await this.#options.store.find(id);
    const isForeign = caller.scope === 'worker' && stored?.keyId !== caller.keyId;
    if (stored === undefined || isForeign || !maySeeSite(caller, stored.ticket.site)) {
      throw new Failure('not_found', { detail: `There is no ticket ${id}` });
    }
    return stored;
  }

  async #prepare(site: string, mailboxId: string | null): Promise<Prepared> {
    const prepared = await this.#options.prepare({ site, mailboxIds: mailboxId === null ? [] : [mailboxId] });
    for (const condition of prepared.mailboxes) this.#conditions.set(condition.id, condition);
    return prepared;
  }

  /** A ticket's time is over whether or not anybody can be asked about its mailbox: then what was last heard must do. */
  async #refreshCondition(site: string, mailboxId: string): Promise<void> {
    try {
      await this.#prepare(site, mailboxId);
    } catch (error) {
      this.#options.onError(error, 'a mailbox was not asked for its state');
    }
  }

  #conditionOf(mailboxId: string | null): MailboxCondition | null {
    return mailboxId === null ? null : (this.#conditions.get(mailboxId) ?? null);
  }

  #toTicket({ ticket, mailboxId }: StoredTicket): Ticket {
    return { ...ticket, mailbox: this.#conditionOf(mailboxId) };
  }

  #tell(stored: StoredTicket): void {
    this.#options.room.call(stored.ticket.id, stored);
    this.#options.announce(stored.ticket.status, this.#toTicket(stored));
  }
}

/** The first that holds (CONTRACT section 4). */
export function causeOf({ manual, facts }: Pick<DueTicket, 'manual' | 'facts'>, mailbox: MailboxCondition | null): ExpiryCause {
  if (manual) return 'no_operator';
  if (mailbox?.status === 'auth_failed') return 'mailbox_auth_failed';
  if (mailbox !== null && mailbox.connection !== 'connected') return 'mailbox_disconnected';
  if (facts.refused) return 'sender_not_authentic';
  if (facts.unassigned) return 'code_unassigned';
  return facts.withoutCode ? 'mail_without_code' : 'no_mail';
}

import { Failure } from '@otterpost/contracts/failure';
import type { MailboxId } from '@otterpost/contracts/ids';
import {
  type ImportedMailboxes,
  MAILBOX_EVENTS,
  MAILBOXES_CHANGED,
  type MailboxEvent,
} from '@otterpost/contracts/mailbox-requests';
import type { Mailbox, MailboxChange, MailboxImport, NewMailbox } from '@otterpost/contracts/mailboxes';

import type { Announce } from './announce.ts';
import { toImapProxy } from './imap-proxy.ts';
import type { MailboxStore } from './mailboxes.ts';

export const MAILBOX_DESK = Symbol('MailboxDesk');

/** @throws Failure when a host may not be connected to, or an authority is no certificate. */
export type VetMailbox = (mailbox: Pick<MailboxChange, 'host' | 'proxy' | 'smtp' | 'ca'>) => Promise<void>;

/** Takes mailboxes in and changes them; who watches them is told at once. */
export class MailboxDesk {
  readonly #store: MailboxStore;
  readonly #vet: VetMailbox;
  readonly #announce: Announce;

  constructor({ store, vet, announce }: { store: MailboxStore; vet: VetMailbox; announce: Announce }) {
    this.#store = store;
    this.#vet = vet;
    this.#announce = announce;
  }

  async create(mailbox: NewMailbox, id: MailboxId): Promise<Mailbox> {
    const made = await this.#store.create(await this.#prepare(mailbox), id);
    this.#announce(MAILBOXES_CHANGED, { id: made.id });
    return made;
  }

  async change(id: MailboxId, change: MailboxChange): Promise<Mailbox> {
    const changed = await this.#store.change(id, await this.#prepare(change));
    if (changed === undefined) throw noSuchMailbox(id);
    this.#announce(MAILBOXES_CHANGED, { id });
    return changed;
  }

  async delete(id: MailboxId): Promise<void> {
    if (!(await this.#store.delete(id))) throw noSuchMailbox(id);
    this.#announce(MAILBOXES_CHANGED, { id });
    this.#announce(MAILBOX_EVENTS, { event: 'deleted', mailbox: { id } } satisfies MailboxEvent);
  }

  /** Each by itself: one that is refused stops no other. */
  async import(entries: ImportedMailboxes): Promise<MailboxImport> {
    const outcome: MailboxImport = { created: 0, updated: 0, rejected: [] };
    // A resolver that is slow is slow for all at once; what is the same mailbox twice is stored in its order.
    const prepared = await Promise.allSettled(entries.map(({ mailbox }) => this.#prepare(mailbox)));
    for (const [at, { line, mailbox }] of entries.entries()) {
      try {
        const result = prepared[at];
        if (result?.status !== 'fulfilled') throw result?.reason;
        outcome[await this.#takeIn(result.value)] += 1;
      } catch (error) {
        if (!(error instanceof Failure) || error.rule.status >= 500) throw error;
        outcome.rejected.push({ line, text: mailbox.username, code: error.code, message: error.message });
      }
    }
    this.#announce(MAILBOXES_CHANGED, {});
    return outcome;
  }

  /** Tells how mailboxes are, where that has changed since it was last told. */
  async tellChanges(): Promise<void> {
    for (const mailbox of await this.#store.takeChanges())
      this.#announce(MAILBOX_EVENTS, { event: 'changed', mailbox } satisfies MailboxEvent);
  }

  async #takeIn(mailbox: NewMailbox): Promise<'created' | 'updated'> {
    const known = await this.#store.findAt(mailbox.host, mailbox.username);
    if (known === undefined) await this.#store.create(mailbox);
    else await this.#store.change(known, mailbox);
    return known === undefined ? 'created' : 'updated';
  }

  async #prepare<T extends MailboxChange>(mailbox: T): Promise<T> {
    const { proxy } = mailbox;
    const prepared = proxy === undefined || proxy === null ? mailbox : { ...mailbox, proxy: toImapProxy(proxy) };
    await this.#vet(prepared);
    return prepared;
  }
}

export function noSuchMailbox(id: string): Failure {
  return new Failure('not_found', { detail: `There is no mailbox ${id}` });
}

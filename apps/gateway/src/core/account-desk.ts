import type { AccountLease, LeaseRelease, LeaseRenewal, LeaseState, LeaseWish } from '@otterpost/contracts/account-leases';
import {
  ACCOUNT_PROXY_COLUMN,
  type AccountBatch,
  type AccountSecretsChange,
  addAccounts,
  changeAccount,
  clearSession,
  clearSessions,
  leaseAccount,
  loadSession,
  PASSWORD_COLUMN,
  releaseLease,
  renewLease,
  revealAccount,
  SESSION_COLUMN,
  saveSession,
} from '@otterpost/contracts/account-requests';
import type { Account, AccountChange, AccountSecret, AddedAccounts, SessionState } from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import type { AccountGroupId, AccountId, AccountLeaseId } from '@otterpost/contracts/ids';
import type { SessionCondition } from '@otterpost/contracts/sessions';

import type { OpenColumn, SealFor, Suite } from './suite.ts';

export const ACCOUNT_DESK = Symbol('AccountDesk');

/** Whose session, and the lease by which it is asked for, where one is named. */
export interface SessionAsked {
  readonly id: AccountId;
  readonly lease?: AccountLeaseId | undefined;
}

export interface AccountDeskParts {
  readonly suite: Suite;
  readonly sealFor: SealFor;
  readonly openColumn: OpenColumn;
  /** A digest: what a repeated request must have been. */
  readonly hash: (text: string) => string;
}

/**
 * What touches the secrets of accounts, the same on every transport: they cross the bus sealed, and are opened here, last. What is
 * read was audited by the service that owns it, in the transaction that read it.
 */
export class AccountDesk {
  readonly #suite: Suite;
  readonly #sealFor: SealFor;
  readonly #openColumn: OpenColumn;
  readonly #hash: AccountDeskParts['hash'];

  constructor({ suite, sealFor, openColumn, hash }: AccountDeskParts) {
    this.#suite = suite;
    this.#sealFor = sealFor;
    this.#openColumn = openColumn;
    this.#hash = hash;
  }

  /** Batch after batch: what was taken in stands, whatever comes of the rest; to send it all again is harmless. */
  async add(caller: Caller, id: AccountGroupId, batches: Iterable<AccountBatch>): Promise<AddedAccounts> {
    const outcome: AddedAccounts = { created: 0, updated: 0, rejected: [] };
    for (const batch of batches) {
      const sealed = this.#sealFor(addAccounts.subject, JSON.stringify(batch));
      const { created, updated, rejected } = await this.#suite.ask(addAccounts, { caller, id, batch: sealed });
      outcome.created += created;
      outcome.updated += updated;
      outcome.rejected.push(...rejected);
    }
    return outcome;
  }

  change(caller: Caller, id: AccountId, { password, proxy, ...change }: AccountChange): Promise<Account> {
    const secrets: AccountSecretsChange = { password, proxy };
    const sealed = this.#sealFor(changeAccount.subject, JSON.stringify(secrets));
    return this.#suite.ask(changeAccount, { caller, id, change, secrets: sealed });
  }

  async reveal(caller: Caller, id: AccountId): Promise<AccountSecret> {
    return this.#open(id, await this.#suite.ask(revealAccount, { caller, id }));
  }

  async lease(
    caller: Caller,
    id: AccountGroupId,
    wish: LeaseWish,
    idempotencyKey: string | undefined,
  ): Promise<{ lease: AccountLease; isNew: boolean }> {
    const request = idempotencyKey === undefined ? null : { key: idempotencyKey, hash: this.#hash(JSON.stringify([id, wish])) };
    const { isNew, account, ...lease } = await this.#suite.ask(leaseAccount, { caller, id, wish, request });
    const session = account.session === null ? null : JSON.parse(this.#openColumn(SESSION_COLUMN, account.id, account.session));
    const opened = { id: account.id, email: account.email, ...this.#open(account.id, account), session };
    return { lease: { ...lease, account: opened }, isNew };
  }

  renew(caller: Caller, id: AccountLeaseId, renewal: LeaseRenewal): Promise<LeaseState> {
    return this.#suite.ask(renewLease, { caller, id, renewal });
  }

  release(caller: Caller, id: AccountLeaseId, release: LeaseRelease): Promise<LeaseState> {
    return this.#suite.ask(releaseLease, { caller, id, release });
  }

  saveSession(caller: Caller, asked: SessionAsked, text: string, condition: SessionCondition): Promise<SessionState> {
    const session = this.#sealFor(saveSession.subject, text);
    return this.#suite.ask(saveSession, { caller, ...asked, session, condition });
  }

  /** The text as it was saved. */
  async loadSession(caller: Caller, asked: SessionAsked): Promise<{ text: string; state: SessionState }> {
    const { session, state } = await this.#suite.ask(loadSession, { caller, ...asked });
    return { text: this.#openColumn(SESSION_COLUMN, asked.id, session), state };
  }

  async clearSession(caller: Caller, asked: SessionAsked, condition: SessionCondition): Promise<void> {
    await this.#suite.ask(clearSession, { caller, ...asked, condition });
  }

  /** Of one group, or of all that the key may see; gives how many. */
  async clearSessions(caller: Caller, groupId: AccountGroupId | null): Promise<number> {
    for (let total = 0; ; ) {
      const { cleared, more } = await this.#suite.ask(clearSessions, { caller, groupId });
      total += cleared;
      if (!more) return total;
    }
  }

  #open(id: AccountId, { password, proxy }: { password: string; proxy: string | null }): AccountSecret {
    return {
      password: this.#openColumn(PASSWORD_COLUMN, id, password),
      proxy: proxy === null ? null : this.#openColumn(ACCOUNT_PROXY_COLUMN, id, proxy),
    };
  }
}

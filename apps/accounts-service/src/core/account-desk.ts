import type { AccountBatch, AccountSecretsChange } from '@otterpost/contracts/account-requests';
import type { Account, AddedAccounts } from '@otterpost/contracts/accounts';
import { Failure } from '@otterpost/contracts/failure';
import type { AccountGroupId, AccountId } from '@otterpost/contracts/ids';

import { readAccountBatch } from './account-batch.ts';
import type { Sight } from './account-groups.ts';
import { type AccountPlainChange, type AccountStore, noSuchAccount } from './accounts.ts';
import { parseProxy } from './proxy.ts';

export const ACCOUNT_DESK = Symbol('AccountDesk');

/** Takes accounts in and changes them, as people write them. */
export class AccountDesk {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  async add(sight: Sight, groupId: AccountGroupId, batch: AccountBatch): Promise<AddedAccounts> {
    const { entries, repeated, rejected } = readAccountBatch(batch);
    const { created, updated } = await this.#store.add(sight, groupId, entries);
    return { created, updated: updated + repeated, rejected: [...rejected] };
  }

  async change(sight: Sight, id: AccountId, change: AccountPlainChange, secrets: AccountSecretsChange): Promise<Account> {
    const account = await this.#store.change(sight, id, change, withProxyUrl(secrets));
    if (account === undefined) throw noSuchAccount(id);
    return account;
  }
}

function withProxyUrl(secrets: AccountSecretsChange): AccountSecretsChange {
  if (typeof secrets.proxy !== 'string') return secrets;
  const parsed = parseProxy(secrets.proxy);
  if (parsed.kind === 'proxy') return { ...secrets, proxy: parsed.url };
  throw new Failure('invalid_request', {
    detail: `The proxy is not usable: ${parsed.message}`,
    errors: [{ path: 'proxy', message: parsed.message }],
  });
}

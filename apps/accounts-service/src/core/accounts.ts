import type { AccountSecretsChange } from '@otterpost/contracts/account-requests';
import type { Account, AccountChange, AccountQuery } from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { AccountGroupId, AccountId } from '@otterpost/contracts/ids';
import type { Page } from '@otterpost/contracts/page';

import type { Sight } from './account-groups.ts';
import type { AccountEntry } from './account-line.ts';

export const ACCOUNT_STORE = Symbol('AccountStore');

/** Secrets as they lie in the database, base64. */
export interface SealedAccount {
  readonly password: string;
  readonly proxy: string | null;
}

export type AccountPlainChange = Omit<AccountChange, keyof AccountSecretsChange>;

/** Accounts as a key sees them: what lies beyond its limits is not there. Nothing that it gives holds an open secret. */
export interface AccountStore {
  /** By email. Undefined when there is no such group. @throws Failure `invalid_request` for a cursor that is none. */
  list(sight: Sight, groupId: AccountGroupId, query: AccountQuery): Promise<Page<Account> | undefined>;
  find(sight: Sight, id: AccountId): Promise<Account | undefined>;
  /**
   * Takes in accounts of one group; an email that is there already, without case, is updated. Each email at most once.
   *
   * @throws Failure `not_found` when there is no such group.
   */
  add(sight: Sight, groupId: AccountGroupId, entries: readonly AccountEntry[]): Promise<{ created: number; updated: number }>;
  /** @throws Failure `account_exists` when its group has that email; `group_not_allowed` where it may not be moved to. */
  change(sight: Sight, id: AccountId, change: AccountPlainChange, secrets: AccountSecretsChange): Promise<Account | undefined>;
  delete(caller: Caller, id: AccountId): Promise<boolean>;
  /** Nothing is given that was not audited. */
  reveal(caller: Caller, id: AccountId): Promise<SealedAccount | undefined>;
}

export function noSuchAccount(id: string): Failure {
  return new Failure('not_found', { detail: `There is no account ${id}` });
}

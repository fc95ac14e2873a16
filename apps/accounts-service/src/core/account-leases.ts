import type { LeaseRelease, LeaseRenewal, LeaseState, LeaseWish } from '@otterpost/contracts/account-leases';
import type { Caller } from '@otterpost/contracts/caller';
import type { AccountGroupId, AccountId, AccountLeaseId } from '@otterpost/contracts/ids';

import type { SealedAccount } from './accounts.ts';

export const ACCOUNT_LEASES = Symbol('AccountLeases');

/** A leased account, its secrets sealed as they lie in the database. */
export interface SealedLease {
  readonly id: AccountLeaseId;
  readonly expiresAt: string;
  /** False when the same request was answered before. */
  readonly isNew: boolean;
  readonly account: SealedAccount & { readonly id: AccountId; readonly email: string; readonly session: string | null };
}

/** The caller's own name for a request, and a digest of all that was asked with it. */
export interface NamedRequest {
  readonly key: string;
  readonly hash: string;
}

export interface AccountLeases {
  /**
   * Takes the account that has been free for the longest, for this key alone. Nothing is given that was not audited.
   *
   * @throws Failure `not_found` without such a group; `no_free_account`; `idempotency_key_reused`; `lease_ended` for a repeated
   * request whose lease is over.
   */
  lease(caller: Caller, groupId: AccountGroupId, wish: LeaseWish, request: NamedRequest | null): Promise<SealedLease>;
  /** @throws Failure `not_found` for another key's lease, unless an operator asks; `lease_ended` */
  renew(caller: Caller, id: AccountLeaseId, renewal: LeaseRenewal): Promise<LeaseState>;
  /**
   * Gives the account back; safe to repeat. What ran out is still heard as long as nobody else has the account.
   *
   * @throws Failure as `renew`
   */
  release(caller: Caller, id: AccountLeaseId, release: LeaseRelease): Promise<LeaseState>;
  /** Forgets leases that ended long ago. */
  forget(): Promise<void>;
}

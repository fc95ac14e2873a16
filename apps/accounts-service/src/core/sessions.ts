import type { SessionState } from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import type { AccountGroupId, AccountId, AccountLeaseId } from '@otterpost/contracts/ids';
import type { SessionCondition } from '@otterpost/contracts/sessions';

import type { SessionTraits } from './session.ts';

export const SESSION_STORE = Symbol('SessionStore');

/** Whose session, and by what right: a worker's is its lease; who names the lease is held to it. */
export interface SessionClaim {
  readonly caller: Caller;
  readonly id: AccountId;
  readonly lease?: AccountLeaseId | undefined;
}

/**
 * The saved login states of accounts.
 *
 * Each throws `not_found` for an account that the key may not see or has not leased, `stale_fence` when its lease has passed or
 * run out, `session_changed` when the session is not what the condition names.
 */
export interface SessionStore {
  save(claim: SessionClaim, text: string, traits: SessionTraits, condition: SessionCondition): Promise<SessionState>;
  /** Sealed as it lies in the database, base64. Nothing is given that was not audited. @throws Failure `not_found` without one */
  load(claim: SessionClaim): Promise<{ state: SessionState; session: string }>;
  clear(claim: SessionClaim, condition: SessionCondition): Promise<void>;
  /** Some thousand at a time, of one group or of all that the key may see. */
  clearSome(caller: Caller, groupId: AccountGroupId | null): Promise<{ cleared: number; more: boolean }>;
}

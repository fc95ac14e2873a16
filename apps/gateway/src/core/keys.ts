import { type Caller, type Scope } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { KeyId } from '@otterpost/contracts/ids';
import type { ApiKey, CreatedKey, NewKey } from '@otterpost/contracts/keys';
import type { Page, PageQuery } from '@otterpost/contracts/page';

export const KEYS = Symbol('Keys');

/** Announced to every gateway when a key was revoked: what it holds for that key ends at once. */
export const KEY_REVOKED = 'tickets.keys.revoked';

/** The API keys. What is done to them is in the audit, in the same transaction. */
export interface Keys {
  /**
   * A name makes one key. Whoever repeats it is told of that key, and not what it is: one whose first answer was lost is revoked, and
   * another made under another name.
   * @throws Failure `site_not_allowed`, `group_not_allowed` for a key that would see more than its maker; `idempotency_key_reused`
   */
  create(caller: Caller, wish: NewKey, idempotencyKey?: string): Promise<{ thing: CreatedKey; isNew: boolean }>;
  list(query: PageQuery): Promise<Page<ApiKey>>;
  /** @throws Failure `not_found` */
  revoke(caller: Caller, id: KeyId): Promise<void>;
}

const RANK: Readonly<Record<Scope, number>> = { worker: 0, operator: 1, admin: 2 };

/** Whether a key of this scope may do what needs that one. */
export function isWideEnough(scope: Scope, least: Scope): boolean {
  return RANK[scope] >= RANK[least];
}

/** Nobody hands on more than they have. */
export function requireWithin({ sites, groupIds }: Caller, wish: NewKey): void {
  if (!isWithin(sites, wish.sites)) {
    throw new Failure('site_not_allowed', { detail: `Your own key is limited to ${sites?.join(', ')}: name some of these` });
  }
  if (!isWithin(groupIds, wish.groupIds)) {
    throw new Failure('group_not_allowed', { detail: `Your own key is limited to ${groupIds?.join(', ')}: name some of these` });
  }
}

function isWithin(limit: readonly string[] | null, wish: readonly string[] | undefined): boolean {
  return limit === null || (wish?.every((one) => limit.includes(one)) ?? false);
}

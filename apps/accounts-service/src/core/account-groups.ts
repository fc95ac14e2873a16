import type { AccountGroup, AccountGroupChange, AccountGroupQuery, NewAccountGroup } from '@otterpost/contracts/accounts';
import { type Caller, maySeeSite } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { AccountGroupId } from '@otterpost/contracts/ids';
import type { Page } from '@otterpost/contracts/page';

export const ACCOUNT_GROUPS = Symbol('AccountGroups');

/** What a key may see: the sites and groups that it is limited to. */
export type Sight = Pick<Caller, 'sites' | 'groupIds'>;

/** Groups as a key sees them: what lies beyond its limits is not there. */
export interface AccountGroups {
  /** Gives the group of that id where it is there already. @throws Failure `account_group_exists` for the same name and site. */
  create(group: NewAccountGroup, id?: AccountGroupId): Promise<AccountGroup>;
  find(sight: Sight, id: AccountGroupId): Promise<AccountGroup | undefined>;
  list(sight: Sight, query: AccountGroupQuery): Promise<Page<AccountGroup>>;
  /** @throws Failure `account_group_exists` when another has that name and site. */
  change(sight: Sight, id: AccountGroupId, change: AccountGroupChange): Promise<AccountGroup | undefined>;
  /** The group is not there any more, which is audited; its accounts are cleared away by `purge`. */
  delete(caller: Caller, id: AccountGroupId): Promise<boolean>;
  /** Clears away accounts of deleted groups, and folds what was counted. */
  purge(): Promise<void>;
}

export function noSuchGroup(id: string): Failure {
  return new Failure('not_found', { detail: `There is no account group ${id}` });
}

/** @throws Failure `group_not_allowed`, `site_not_allowed` where the key could not see the group that it makes. */
export function assertMayMake({ sites, groupIds }: Sight, site: string): void {
  if (groupIds !== null)
    throw new Failure('group_not_allowed', { detail: 'A key that is limited to groups makes no others: use a wider key' });
  assertMayUseSite({ sites }, site);
}

/** @throws Failure `site_not_allowed` */
export function assertMayUseSite(sight: Pick<Sight, 'sites'>, site: string): void {
  if (!maySeeSite(sight, site))
    throw new Failure('site_not_allowed', { detail: `This key is limited to other sites than ${site}` });
}

import * as z from 'zod';

import { AccountGroup, AccountGroupChange, AccountGroupQuery, NewAccountGroup } from './accounts.ts';
import { Caller } from './caller.ts';
import { AccountGroupId } from './ids.ts';
import { defineRequest } from './message.ts';
import { pageOf } from './page.ts';

/** Each carries who asks: accounts-service owns the data, and shows a limited key no more than its sites and groups. */
const Asked = z.object({ caller: Caller });
const AskedOfGroup = Asked.extend({ id: AccountGroupId });

/** What the gateway asks of accounts-service for the groups of the HTTP API. */
export const createAccountGroup = defineRequest('accounts.groups.create', Asked.extend({ group: NewAccountGroup }), AccountGroup);
export const getAccountGroup = defineRequest('accounts.groups.get', AskedOfGroup, AccountGroup);
export const listAccountGroups = defineRequest(
  'accounts.groups.list',
  Asked.extend({ query: AccountGroupQuery }),
  pageOf(AccountGroup),
);
export const changeAccountGroup = defineRequest(
  'accounts.groups.change',
  AskedOfGroup.extend({ change: AccountGroupChange }),
  AccountGroup,
);
/** The group is gone with the answer; its accounts are cleared away afterwards. */
export const deleteAccountGroup = defineRequest('accounts.groups.delete', AskedOfGroup, z.object({}));

/** Where the secrets of an account belong, for sealing: they travel between services as they lie in the database. */
export const PASSWORD_COLUMN = { table: 'accounts', column: 'password' } as const;
export const ACCOUNT_PROXY_COLUMN = { table: 'accounts', column: 'proxy' } as const;
export const SESSION_COLUMN = { table: 'accounts', column: 'session' } as const;

import * as z from 'zod';

import { LeaseRelease, LeaseRenewal, LeaseState, LeaseWish } from './account-leases.ts';
import {
  Account,
  AccountChange,
  AccountGroup,
  AccountGroupChange,
  AccountGroupQuery,
  AccountQuery,
  AddedAccounts,
  NewAccountGroup,
  SessionState,
} from './accounts.ts';
import { Caller } from './caller.ts';
import { AccountGroupId, AccountId, AccountLeaseId } from './ids.ts';
import { defineRequest } from './message.ts';
import { pageOf, Timestamp } from './page.ts';
import { SessionCondition } from './sessions.ts';

/** Each carries who asks: accounts-service owns the data, and shows a limited key no more than its sites and groups. */
const Asked = z.object({ caller: Caller });
const AskedOfGroup = Asked.extend({ id: AccountGroupId });
const AskedOfAccount = Asked.extend({ id: AccountId });
const AskedOfLease = Asked.extend({ id: AccountLeaseId });

/** What the gateway asks of accounts-service for the groups of the HTTP API. The same id twice makes one group. */
export const createAccountGroup = defineRequest(
  'accounts.groups.create',
  AskedOfGroup.extend({ group: NewAccountGroup }),
  AccountGroup,
);
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

export const listAccounts = defineRequest(
  'accounts.accounts.list',
  AskedOfGroup.extend({ query: AccountQuery }),
  pageOf(Account),
);
export const addAccounts = defineRequest(
  'accounts.accounts.add',
  /** JSON, an `AccountBatch`, sealed for this subject. */
  AskedOfGroup.extend({ batch: z.base64() }),
  AddedAccounts,
);
/** A part of what was sent to a group: lines of a text or entries of an array, the first of them numbered `first`. */
export const AccountBatch = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lines'), first: z.int(), exact: z.boolean(), lines: z.array(z.string()) }),
  z.object({ kind: z.literal('entries'), first: z.int(), entries: z.array(z.unknown()) }),
]);
export type AccountBatch = z.infer<typeof AccountBatch>;
export const getAccount = defineRequest('accounts.accounts.get', AskedOfAccount, Account);
export const changeAccount = defineRequest(
  'accounts.accounts.change',
  AskedOfAccount.extend({
    change: AccountChange.omit({ password: true, proxy: true }),
    /** The rest as JSON, an `AccountSecretsChange`, sealed for this subject. */
    secrets: z.base64(),
  }),
  Account,
);
export const AccountSecretsChange = AccountChange.pick({ password: true, proxy: true });
export type AccountSecretsChange = z.infer<typeof AccountSecretsChange>;
export const deleteAccount = defineRequest('accounts.accounts.delete', AskedOfAccount, z.object({}));

/** Secrets as they lie in the database: sealed for their row and column. */
const SealedSecrets = z.object({ password: z.base64(), proxy: z.base64().nullable() });

/** Audited in the transaction that reads them. */
export const revealAccount = defineRequest('accounts.accounts.reveal', AskedOfAccount, SealedSecrets);

/** A worker holds the account by its key; who names the lease is refused when it is not the account's present one. */
const AskedOfSession = AskedOfAccount.extend({ lease: AccountLeaseId.optional() });
export const saveSession = defineRequest(
  'accounts.sessions.save',
  /** `session` is the JSON text, sealed for this subject. */
  AskedOfSession.extend({ session: z.base64(), condition: SessionCondition }),
  SessionState,
);
export const loadSession = defineRequest(
  'accounts.sessions.load',
  AskedOfSession,
  z.object({ state: SessionState, session: z.base64() }),
);
export const clearSession = defineRequest(
  'accounts.sessions.clear',
  AskedOfSession.extend({ condition: SessionCondition }),
  z.object({}),
);
/** Clears some thousand sessions, of one group or of all that the key may see; to be asked again while there are `more`. */
export const clearSessions = defineRequest(
  'accounts.sessions.clear-all',
  Asked.extend({ groupId: AccountGroupId.nullable() }),
  z.object({ cleared: z.int(), more: z.boolean() }),
);

export const leaseAccount = defineRequest(
  'accounts.leases.open',
  AskedOfGroup.extend({
    wish: LeaseWish,
    /** The caller's Idempotency-Key, and a digest of all that was asked with it. */
    request: z.object({ key: z.string(), hash: z.string() }).nullable(),
  }),
  z.object({
    id: AccountLeaseId,
    expiresAt: Timestamp,
    isNew: z.boolean(),
    account: SealedSecrets.extend({ id: AccountId, email: z.string(), session: z.base64().nullable() }),
  }),
);
export const renewLease = defineRequest('accounts.leases.renew', AskedOfLease.extend({ renewal: LeaseRenewal }), LeaseState);
export const releaseLease = defineRequest('accounts.leases.release', AskedOfLease.extend({ release: LeaseRelease }), LeaseState);

/** Where the secrets of an account belong, for sealing: they travel between services as they lie in the database. */
export const PASSWORD_COLUMN = { table: 'accounts', column: 'password' } as const;
export const ACCOUNT_PROXY_COLUMN = { table: 'accounts', column: 'proxy' } as const;
export const SESSION_COLUMN = { table: 'accounts', column: 'session' } as const;

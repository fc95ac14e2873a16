import type { LeaseRelease, LeaseState, LeaseWish } from '@otterpost/contracts/account-leases';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import { type AccountGroupId, type AccountId, type AccountLeaseId, newId } from '@otterpost/contracts/ids';
import type { Database, Queryable } from '@otterpost/postgres/database';
import { GroupCommit } from '@otterpost/service/group-commit';

import { noSuchGroup } from '../core/account-groups.ts';
import type { AccountLeases, NamedRequest, SealedLease } from '../core/account-leases.ts';
import { emailKey } from '../core/email-key.ts';
import { FIND, FORGET, LEASE, NEXT_FREE, RELEASE, RENEW, REPEATED } from './account-lease-statements.ts';

type LeasedRow = {
  lease_id: string;
  id: string;
  email: string;
  password: Buffer;
  proxy: Buffer | null;
  session: Buffer | null;
  expires_at: Date;
};
type RepeatedRow = LeasedRow & { request_hash: string; live: boolean };
type StateRow = { id: string; account_id: string; expires_at: Date; ended_at: Date | null };

interface LeaseAsked {
  readonly caller: Caller;
  readonly groupId: AccountGroupId;
  readonly wish: LeaseWish;
  readonly request: NamedRequest | null;
}

interface ReleaseAsked {
  readonly holder: Holder;
  readonly id: AccountLeaseId;
  readonly release: LeaseRelease;
}

/** Whose leases may be renewed and released: `HELD`. */
type Holder = readonly [sites: Caller['sites'], groupIds: Caller['groupIds'], keyId: string | null];

/** Of the connections of `database`: `SETTINGS`. */
export function createAccountLeases(database: Database): AccountLeases {
  const leasing = new GroupCommit({ kindOf: wishedAlike, carryOut: (asked: readonly LeaseAsked[]) => open(database, asked) });
  const releasing = new GroupCommit({
    kindOf: ({ holder }: ReleaseAsked) => JSON.stringify(holder),
    carryOut: (asked: readonly ReleaseAsked[]) => free(RELEASE.many, asked),
  });

  /** What keeps a lease from being renewed or released: it is not there for this key, or it has ended. */
  async function look(holder: Holder, id: AccountLeaseId): Promise<StateRow> {
    const [held] = await database.query<StateRow>(FIND, [...holder, id]);
    if (held === undefined) throw new Failure('not_found', { detail: `There is no lease ${id} of this key` });
    return held;
  }

  async function repeated(on: Queryable, caller: Caller, request: NamedRequest): Promise<SealedLease | undefined> {
    const [row] = await on.query<RepeatedRow>(REPEATED, [caller.keyId, request.key]);
    if (row === undefined) return undefined;
    if (row.request_hash !== request.hash)
      throw new Failure('idempotency_key_reused', { detail: 'That Idempotency-Key leased with other wishes: take a new one' });
    if (!row.live) throw ended();
    return toLease(row, false);
  }

  async function free(statement: string, asked: readonly ReleaseAsked[]): Promise<(StateRow | undefined)[]> {
    const rows = await database.query<StateRow>(statement, [
      ...(asked[0]?.holder ?? []),
      asked.map(({ id }) => id),
      asked.map(({ release }) => release.outcome),
      asked.map(({ release }) => release.cooldown ?? null),
    ]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return asked.map(({ id }) => byId.get(id));
  }

  return {
    async lease(caller, groupId, wish, request) {
      const asked = { caller, groupId, wish, request };
      if (request === null) return (await leasing.ask(asked)) ?? (await refuse(database, caller, groupId, wish));
      const before = await repeated(database, caller, request);
      if (before !== undefined) return before;
      // Who asks the same at the same time waits here: each would lock an account, and the last would find none free.
      return database.transaction(async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${caller.keyId} ${request.key}`]);
        return (await repeated(tx, caller, request)) ?? (await open(tx, [asked]))[0] ?? (await refuse(tx, caller, groupId, wish));
      });
    },

    async renew(caller, id, { leaseFor }) {
      const holder = holderOf(caller);
      const [row] = await database.query<StateRow>(RENEW, [...holder, id, leaseFor]);
      if (row !== undefined) return toState(row);
      await look(holder, id);
      throw ended();
    },

    async release(caller, id, release) {
      const asked = { holder: holderOf(caller), id, release };
      const row = (await releasing.ask(asked)) ?? (await free(RELEASE.one, [asked]))[0];
      if (row !== undefined) return toState(row);
      const held = await look(asked.holder, id);
      if (held.ended_at === null) throw ended();
      return toState(held);
    },

    async forget() {
      await database.query(FORGET);
    },
  };
}

/** What chooses among the accounts: who wishes it alike is served by one look at them. */
function wishedAlike({ caller: { sites, groupIds }, groupId, wish: { session, exclude, email } }: LeaseAsked): string {
  return JSON.stringify([sites, groupIds, groupId, session, exclude, email]);
}

/** For as many as there are free, in their order; all wish alike. */
async function open(on: Queryable, asked: readonly LeaseAsked[]): Promise<(SealedLease | undefined)[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const { caller, groupId, wish } = first;
  const ids = asked.map(() => newId('accountLease'));
  const rows = await on.query<LeasedRow>(LEASE[wish.session][wish.email === undefined ? 'any' : 'named'], [
    caller.sites,
    caller.groupIds,
    groupId,
    wish.exclude.map((one) => (one.includes('@') ? emailKey(one) : one)),
    wish.email === undefined ? null : emailKey(wish.email),
    ids,
    asked.map(({ wish }) => wish.leaseFor),
    asked.map(({ caller }) => caller.keyId),
    asked.map(({ request }) => request?.key ?? null),
    asked.map(({ request }) => request?.hash ?? null),
    asked.map(() => newId('audit')),
    asked.map(({ caller }) => caller.address),
  ]);
  const byId = new Map(rows.map((row) => [row.lease_id, toLease(row, true)]));
  return ids.map((id) => byId.get(id));
}

function holderOf({ sites, groupIds, scope, keyId }: Caller): Holder {
  return [sites, groupIds, scope === 'worker' ? keyId : null];
}

async function refuse(on: Queryable, { sites, groupIds }: Caller, groupId: AccountGroupId, wish: LeaseWish): Promise<never> {
  const [next] = await on.query<{ seconds: number | null }>(NEXT_FREE, [sites, groupIds, groupId]);
  if (next === undefined) throw noSuchGroup(groupId);
  const { seconds } = next;
  const chosen = wish.email !== undefined || wish.session === 'required' || wish.exclude.length > 0;
  throw new Failure('no_free_account', {
    detail: chosen
      ? 'No account that fits these wishes is free: others may be, or wait for a release'
      : 'Every account is leased, cooling or out of service: wait for a release, or add accounts',
    ...(seconds === null || seconds <= 0 ? {} : { retryAfterSeconds: seconds }),
  });
}

function ended(): Failure {
  return new Failure('lease_ended', { detail: 'The lease was released, ran out or passed to another: lease an account anew' });
}

function toLease(row: LeasedRow, isNew: boolean): SealedLease {
  return {
    id: row.lease_id as AccountLeaseId,
    expiresAt: row.expires_at.toISOString(),
    isNew,
    account: {
      id: row.id as AccountId,
      email: row.email,
      password: row.password.toString('base64'),
      proxy: row.proxy?.toString('base64') ?? null,
      session: row.session?.toString('base64') ?? null,
    },
  };
}

function toState(row: StateRow): LeaseState {
  return {
    id: row.id as AccountLeaseId,
    accountId: row.account_id as AccountId,
    expiresAt: row.expires_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

import type { LeaseState, LeaseWish } from '@otterpost/contracts/account-leases';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import { type AccountGroupId, type AccountId, type AccountLeaseId, newId } from '@otterpost/contracts/ids';
import type { Database, Queryable } from '@otterpost/postgres/database';

import { noSuchGroup } from '../core/account-groups.ts';
import type { AccountLeases, NamedRequest, SealedLease } from '../core/account-leases.ts';
import { emailKey } from '../core/email-key.ts';
import { SEEN_GROUP } from './account-view.ts';

/** A repeated request is known for a day (CONTRACT section 4), a late save by a former holder as long. */
const FORGET = `DELETE FROM account_leases WHERE expires_at < now() - interval '1 day'`;

const GIVEN = `a.id, a.email, a.password, a.proxy,
  CASE WHEN a.session_expires_at <= now() THEN NULL ELSE a.session END AS session`;

/**
 * One statement: the head of the index that is free and that nobody else is just taking, leased, noted and audited. Whoever
 * waits for nobody and looks at no row twice needs no queue.
 */
const lease = (among: string): string => `
  WITH free AS (
    SELECT a.id FROM accounts a
    WHERE a.group_id = (SELECT g.id FROM account_groups g WHERE ${SEEN_GROUP} AND g.id = $3)
      AND a.free_at <= now() ${among}
      AND NOT (a.id = ANY($4) OR a.email_key = ANY($4)) AND ($5::text IS NULL OR a.email_key = $5)
    ORDER BY a.free_at, a.id LIMIT 1 FOR UPDATE SKIP LOCKED
  ), leased AS (
    UPDATE accounts a SET free_at = now() + make_interval(secs => $6), lease_id = $7
    FROM free WHERE a.id = free.id
    RETURNING a.free_at AS expires_at, ${GIVEN}
  ), noted AS (
    INSERT INTO account_leases (id, account_id, key_id, expires_at, request_key, request_hash)
    SELECT $7, id, $8, expires_at, $9, $10 FROM leased
  ), audited AS (
    INSERT INTO audit_lines (id, actor, action, target, address) SELECT $11, $8, 'account.leased', id, $12 FROM leased
  )
  SELECT * FROM leased`;

const LEASE = {
  any: lease(''),
  required: lease('AND a.session_saved_at IS NOT NULL AND (a.session_expires_at IS NULL OR a.session_expires_at > now())'),
} as const satisfies Record<LeaseWish['session'], string>;

const REPEATED = `
  SELECT l.id AS lease_id, l.expires_at, l.request_hash, l.id = a.lease_id AND l.ended_at IS NULL AND l.expires_at > now() AS live,
    ${GIVEN}
  FROM account_leases l JOIN accounts a ON a.id = l.account_id WHERE l.key_id = $1 AND l.request_key = $2`;

const NEXT_FREE = `
  SELECT g.id, (
    SELECT ceil(extract(epoch FROM a.free_at - now()))::float8 FROM accounts a
    WHERE a.group_id = g.id AND a.free_at < 'infinity' ORDER BY a.free_at LIMIT 1) AS seconds
  FROM account_groups g WHERE ${SEEN_GROUP} AND g.id = $3`;

/** `$1`–`$3` as above, `$4` the key that must hold it: null for an operator, who may act for any. */
const HELD = `
  l.id = $3 AND ($4::text IS NULL OR l.key_id = $4) AND EXISTS (
    SELECT FROM account_groups g WHERE g.id = a.group_id AND ${SEEN_GROUP})`;
const STATE = 'l.id, l.account_id, l.expires_at, l.ended_at';

const FIND = `SELECT ${STATE} FROM account_leases l JOIN accounts a ON a.id = l.account_id WHERE ${HELD}`;

/** The account first, as who leases it does: of the two, the first to have its row decides. */
const RENEW = `
  WITH held AS (
    UPDATE accounts a SET free_at = now() + make_interval(secs => $5) FROM account_leases l
    WHERE a.id = l.account_id AND a.lease_id = l.id AND a.free_at > now() AND l.ended_at IS NULL AND l.expires_at > now() AND ${HELD}
    RETURNING a.free_at)
  UPDATE account_leases l SET expires_at = held.free_at FROM held WHERE l.id = $3
  RETURNING ${STATE}`;

const RELEASE = `
  WITH held AS (
    UPDATE accounts a SET outcome = $5, free_at = CASE
      WHEN $6::float8 IS NOT NULL THEN now() + make_interval(secs => $6)
      WHEN $5 = 'ok' THEN now() ELSE 'infinity' END
    FROM account_leases l WHERE a.id = l.account_id AND a.lease_id = l.id AND l.ended_at IS NULL AND ${HELD}
    RETURNING a.id)
  UPDATE account_leases l SET ended_at = now() FROM held WHERE l.id = $3
  RETURNING ${STATE}`;

type LeasedRow = {
  id: string;
  email: string;
  password: Buffer;
  proxy: Buffer | null;
  session: Buffer | null;
  expires_at: Date;
};
type RepeatedRow = LeasedRow & { lease_id: string; request_hash: string; live: boolean };
type StateRow = { id: string; account_id: string; expires_at: Date; ended_at: Date | null };

export function createAccountLeases(database: Database): AccountLeases {
  /** What keeps a lease from being renewed or released: it is not there for this key, or it has ended. */
  async function look(claim: readonly unknown[], id: AccountLeaseId): Promise<StateRow> {
    const [held] = await database.query<StateRow>(FIND, claim);
    if (held === undefined) throw new Failure('not_found', { detail: `There is no lease ${id} of this key` });
    return held;
  }

  async function repeated(on: Queryable, caller: Caller, request: NamedRequest): Promise<SealedLease | undefined> {
    const [row] = await on.query<RepeatedRow>(REPEATED, [caller.keyId, request.key]);
    if (row === undefined) return undefined;
    if (row.request_hash !== request.hash)
      throw new Failure('idempotency_key_reused', { detail: 'That Idempotency-Key leased with other wishes: take a new one' });
    if (!row.live) throw ended();
    return toLease(row.lease_id as AccountLeaseId, row, false);
  }

  async function open(
    on: Queryable,
    caller: Caller,
    groupId: AccountGroupId,
    wish: LeaseWish,
    request: NamedRequest | null,
  ): Promise<SealedLease | undefined> {
    const id = newId('accountLease');
    const [row] = await on.query<LeasedRow>(LEASE[wish.session], [
      caller.sites,
      caller.groupIds,
      groupId,
      wish.exclude.map((one) => (one.includes('@') ? emailKey(one) : one)),
      wish.email === undefined ? null : emailKey(wish.email),
      wish.leaseFor,
      id,
      caller.keyId,
      request?.key ?? null,
      request?.hash ?? null,
      newId('audit'),
      caller.address,
    ]);
    return row === undefined ? undefined : toLease(id, row, true);
  }

  return {
    async lease(caller, groupId, wish, request) {
      if (request === null)
        return (await open(database, caller, groupId, wish, null)) ?? (await refuse(database, caller, groupId, wish));
      const before = await repeated(database, caller, request);
      if (before !== undefined) return before;
      // Who asks the same at the same time waits here: each would lock an account, and the last would find none free.
      return database.transaction(async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${caller.keyId} ${request.key}`]);
        return (
          (await repeated(tx, caller, request)) ??
          (await open(tx, caller, groupId, wish, request)) ??
          (await refuse(tx, caller, groupId, wish))
        );
      });
    },

    async renew(caller, id, { leaseFor }) {
      const claim = claimOf(caller, id);
      const [row] = await database.query<StateRow>(RENEW, [...claim, leaseFor]);
      if (row !== undefined) return toState(row);
      await look(claim, id);
      throw ended();
    },

    async release(caller, id, { outcome, cooldown }) {
      const claim = claimOf(caller, id);
      const [row] = await database.query<StateRow>(RELEASE, [...claim, outcome, cooldown ?? null]);
      if (row !== undefined) return toState(row);
      const held = await look(claim, id);
      if (held.ended_at === null) throw ended();
      return toState(held);
    },

    async forget() {
      await database.query(FORGET);
    },
  };
}

function claimOf(caller: Caller, id: AccountLeaseId): unknown[] {
  return [caller.sites, caller.groupIds, id, caller.scope === 'worker' ? caller.keyId : null];
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

function toLease(id: AccountLeaseId, row: LeasedRow, isNew: boolean): SealedLease {
  return {
    id,
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

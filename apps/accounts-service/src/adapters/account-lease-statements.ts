import type { LeaseWish } from '@otterpost/contracts/account-leases';

import { SEEN_GROUP } from './account-view.ts';

/**
 * For connections on which all of these are planned once, and find their rows by an index each. Left to itself, PostgreSQL plans a
 * statement over arrays anew at each call, which takes longer than to carry it out; or it keeps a plan that it made while
 * `account_leases` was all but empty, and which reads all of it.
 */
export const SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const;

/** A repeated request is known for a day (CONTRACT section 4), a late save by a former holder as long. */
export const FORGET = `
  DELETE FROM account_leases WHERE id IN (
    SELECT id FROM account_leases WHERE expires_at < now() - interval '1 day' FOR UPDATE SKIP LOCKED)`;

const GIVEN = `a.id, a.email, a.password, a.proxy,
  CASE WHEN a.session_expires_at <= now() THEN NULL ELSE a.session END AS session`;

/**
 * One statement for all that wish the same: the head of the index that is free and that nobody else is just taking, leased, noted
 * and audited. Whoever waits for nobody and looks at no row twice needs no queue.
 */
const lease = (chosen: string, session: string, order: string): string => `
  WITH asked AS (
    SELECT * FROM unnest($6::text[], $7::float8[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
      WITH ORDINALITY AS asked (lease_id, seconds, key_id, request_key, request_hash, audit_id, address, turn)
  ), free AS (
    SELECT a.id FROM accounts a
    WHERE a.group_id = (SELECT g.id FROM account_groups g WHERE ${SEEN_GROUP} AND g.id = $3)
      AND ${chosen} ${session}
      AND NOT (a.id = ANY($4) OR a.email_key = ANY($4))
    ${order} LIMIT cardinality($6::text[]) FOR UPDATE SKIP LOCKED
  ), given AS (
    SELECT asked.*, free.id FROM (SELECT id, row_number() OVER () AS turn FROM free) free JOIN asked USING (turn)
  ), leased AS (
    UPDATE accounts a SET free_at = now() + make_interval(secs => given.seconds), lease_id = given.lease_id
    FROM given WHERE a.id = given.id
    RETURNING a.lease_id, a.free_at AS expires_at, ${GIVEN}
  ), noted AS (
    INSERT INTO account_leases (id, account_id, key_id, expires_at, request_key, request_hash)
    SELECT lease_id, leased.id, key_id, expires_at, request_key, request_hash FROM leased JOIN asked USING (lease_id)
  ), audited AS (
    INSERT INTO audit_lines (id, actor, action, target, address)
    SELECT audit_id, key_id, 'account.leased', leased.id, address FROM leased JOIN asked USING (lease_id)
  )
  SELECT * FROM leased`;

/**
 * Two texts, since a plan that has to fit both would look for an email through the whole group. By `free_at` an email is not looked
 * for either: no index serves a clock that moves.
 */
const leaseAnyOrNamed = (session: string): { any: string; named: string } => ({
  any: lease('a.free_at <= now() AND $5::text IS NULL', session, 'ORDER BY a.free_at, a.id'),
  named: lease('a.free_at <= clock_timestamp() AND a.email_key = $5', session, ''),
});

export const LEASE = {
  any: leaseAnyOrNamed(''),
  required: leaseAnyOrNamed(
    'AND a.session_saved_at IS NOT NULL AND (a.session_expires_at IS NULL OR a.session_expires_at > now())',
  ),
} as const satisfies Record<LeaseWish['session'], object>;

export const REPEATED = `
  SELECT l.id AS lease_id, l.expires_at, l.request_hash, l.id = a.lease_id AND l.ended_at IS NULL AND l.expires_at > now() AS live,
    ${GIVEN}
  FROM account_leases l JOIN accounts a ON a.id = l.account_id WHERE l.key_id = $1 AND l.request_key = $2`;

export const NEXT_FREE = `
  SELECT g.id, (
    SELECT ceil(extract(epoch FROM a.free_at - now()))::float8 FROM accounts a
    WHERE a.group_id = g.id AND a.free_at < 'infinity' ORDER BY a.free_at LIMIT 1) AS seconds
  FROM account_groups g WHERE ${SEEN_GROUP} AND g.id = $3`;

/** `$1`, `$2` as above, `$3` the key that must hold it: null for an operator, who may act for any. */
const HELD = `
  ($3::text IS NULL OR l.key_id = $3) AND EXISTS (
    SELECT FROM account_groups g WHERE g.id = a.group_id AND ${SEEN_GROUP})`;
const STATE = 'l.id, l.account_id, l.expires_at, l.ended_at';

export const FIND = `SELECT ${STATE} FROM account_leases l JOIN accounts a ON a.id = l.account_id WHERE l.id = $4 AND ${HELD}`;

/** The account first, as who leases it does: of the two, the first to have its row decides. */
export const RENEW = `
  WITH held AS (
    UPDATE accounts a SET free_at = now() + make_interval(secs => $5) FROM account_leases l
    WHERE a.id = l.account_id AND a.lease_id = l.id AND a.free_at > now() AND l.ended_at IS NULL AND l.expires_at > now()
      AND l.id = $4 AND ${HELD}
    RETURNING a.free_at)
  UPDATE account_leases l SET expires_at = held.free_at FROM held WHERE l.id = $4
  RETURNING ${STATE}`;

/** Of many at a time only those whose accounts nobody else is changing: who waits for several rows in turn may wait forever. */
const release = (lock: string): string => `
  WITH held AS (
    SELECT a.id, l.id AS lease_id, asked.outcome, asked.cooldown
    FROM unnest($4::text[], $5::text[], $6::float8[]) AS asked (lease_id, outcome, cooldown)
    JOIN account_leases l ON l.id = asked.lease_id JOIN accounts a ON a.id = l.account_id AND a.lease_id = l.id
    WHERE l.ended_at IS NULL AND ${HELD}
    ${lock}
  ), freed AS (
    UPDATE accounts a SET outcome = held.outcome, free_at = CASE
      WHEN held.cooldown IS NOT NULL THEN now() + make_interval(secs => held.cooldown)
      WHEN held.outcome = 'ok' THEN now() ELSE 'infinity' END
    FROM held WHERE a.id = held.id
    RETURNING held.lease_id)
  UPDATE account_leases l SET ended_at = now() FROM freed WHERE l.id = freed.lease_id
  RETURNING ${STATE}`;

export const RELEASE = { one: release('FOR UPDATE OF a'), many: release('FOR UPDATE OF a SKIP LOCKED') };

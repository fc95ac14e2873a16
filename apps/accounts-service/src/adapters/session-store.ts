import { randomBytes } from 'node:crypto';

import { SESSION_COLUMN } from '@otterpost/contracts/account-requests';
import { Failure } from '@otterpost/contracts/failure';
import type { SessionCondition } from '@otterpost/contracts/sessions';
import type { Database, Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, seal } from '@otterpost/sealing/seal';

import { noSuchAccount } from '../core/accounts.ts';
import type { SessionClaim, SessionStore } from '../core/sessions.ts';
import { LIVE_LEASE, SEEN_GROUP, type SessionColumns, toSessionState } from './account-view.ts';
import { writeAuditLine } from './audit-trail.ts';

/** Sessions that are cleared by one statement: far below its time limit. */
const CLEARED_AT_ONCE = 2000;

/** `$4` the lease that is named, `$5` the key that must hold one; null asks for none. */
const HELD = `
  ($4::text IS NULL AND $5::text IS NULL OR EXISTS (
    SELECT FROM account_leases l WHERE ${LIVE_LEASE} AND ($4 IS NULL OR l.id = $4) AND ($5 IS NULL OR l.key_id = $5)))`;

/** `$6` and `$7`: If-Match and If-None-Match; null for none, `{*}` for any session. */
const AS_EXPECTED = `
  ($6::text[] IS NULL OR a.session_etag = ANY($6) OR ('*' = ANY($6) AND a.session_etag IS NOT NULL))
  AND ($7::text[] IS NULL OR a.session_etag IS NULL OR NOT (a.session_etag = ANY($7) OR '*' = ANY($7)))`;

const META = 'a.session_etag, a.session_bytes, a.session_saved_at, a.session_expires_at, a.session_saved_by';
const SAVE = `
  UPDATE accounts a SET session = $8, session_etag = $9, session_bytes = $10, session_expires_at = $11, session_saved_by = $12, import_id = NULL,
    session_saved_at = clock_timestamp()
  FROM account_groups g
  WHERE g.id = a.group_id AND ${SEEN_GROUP} AND a.id = $3 AND ${HELD} AND ${AS_EXPECTED}
  RETURNING ${META}`;

const NOTHING =
  'session = NULL, session_etag = NULL, session_bytes = NULL, session_expires_at = NULL, session_saved_by = NULL, session_saved_at = NULL';
const CLEAR = `
  UPDATE accounts a SET ${NOTHING} FROM account_groups g
  WHERE g.id = a.group_id AND ${SEEN_GROUP} AND a.id = $3 AND ${HELD} AND ${AS_EXPECTED}
  RETURNING a.id`;
const CLEAR_SOME = `
  UPDATE accounts SET ${NOTHING} WHERE id IN (
    SELECT a.id FROM account_groups g JOIN accounts a ON a.group_id = g.id
    WHERE ${SEEN_GROUP} AND ($3::text IS NULL OR g.id = $3) AND a.session_saved_at IS NOT NULL
    LIMIT $4 FOR UPDATE OF a)
  RETURNING 1`;

const LOAD = `
  SELECT a.session, ${META} FROM accounts a JOIN account_groups g ON g.id = a.group_id
  WHERE ${SEEN_GROUP} AND a.id = $3 AND ${HELD}`;

/** Why nothing was done: the account as the key sees it, and whether it ever had it on lease. */
const LOOK = `
  SELECT ${HELD} AS held,
    EXISTS (SELECT FROM account_leases l WHERE l.account_id = a.id AND l.key_id = $5) AS had
  FROM accounts a JOIN account_groups g ON g.id = a.group_id WHERE ${SEEN_GROUP} AND a.id = $3`;

type Loaded = SessionColumns & { session: Buffer | null } & Record<string, unknown>;

export function createSessionStore(database: Database, ring: KeyRing): SessionStore {
  return {
    async save(claim, text, { bytes, expiresAt }, condition) {
      const sealed = seal(ring, text, columnAad(SESSION_COLUMN.table, claim.id, SESSION_COLUMN.column));
      const etag = randomBytes(12).toString('base64url');
      const given = [sealed, etag, bytes, expiresAt, claim.caller.keyId];
      const [row] = await database.query<Loaded>(SAVE, [...claimed(claim), ...expected(condition), ...given]);
      if (row === undefined) throw await refusal(database, claim);
      return toSessionState(row);
    },

    async load(claim) {
      return database.transaction(async (tx) => {
        const [row] = await tx.query<Loaded>(LOAD, claimed(claim));
        if (row === undefined) throw await refusal(tx, claim);
        if (row.session === null)
          throw new Failure('not_found', { detail: `The account ${claim.id} has no saved session: log in, and save one` });
        await writeAuditLine(tx, claim.caller, { action: 'session.loaded', target: claim.id });
        return { state: toSessionState(row), session: row.session.toString('base64') };
      });
    },

    async clear(claim, condition) {
      const cleared = await database.query(CLEAR, [...claimed(claim), ...expected(condition)]);
      if (cleared.length === 0) throw await refusal(database, claim);
    },

    async clearSome(caller, groupId) {
      return database.transaction(async (tx) => {
        const { length } = await tx.query(CLEAR_SOME, [caller.sites, caller.groupIds, groupId, CLEARED_AT_ONCE]);
        if (length > 0) await writeAuditLine(tx, caller, { action: 'sessions.cleared', target: groupId });
        return { cleared: length, more: length === CLEARED_AT_ONCE };
      });
    },
  };
}

function claimed({ caller, id, lease }: SessionClaim): unknown[] {
  return [caller.sites, caller.groupIds, id, lease ?? null, caller.scope === 'worker' ? caller.keyId : null];
}

function expected({ match, noneMatch }: SessionCondition): unknown[] {
  return [match, noneMatch].map((tags) => (tags === '*' ? ['*'] : (tags ?? null)));
}

async function refusal(on: Queryable, claim: SessionClaim): Promise<Failure> {
  const [seen] = await on.query<{ held: boolean; had: boolean }>(LOOK, claimed(claim));
  const { lease } = claim;
  if (seen === undefined || (!seen.held && !seen.had && lease === undefined)) return noSuchAccount(claim.id);
  if (!seen.held)
    return new Failure('stale_fence', { detail: 'The lease of this account has ended or passed to another: lease it again' });
  return new Failure('session_changed', { detail: 'The session was saved or cleared meanwhile: load it, and decide anew' });
}

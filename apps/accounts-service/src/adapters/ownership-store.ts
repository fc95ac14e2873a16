import type { MailboxId } from '@otterpost/contracts/ids';
import { providerAt } from '@otterpost/contracts/mail-providers';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';
import type { Database, Queryable } from '@otterpost/postgres/database';

import {
  type Heartbeat,
  type Holding,
  LEASE_TTL_MS,
  nextStep,
  type Ownership,
  SILENT_MS,
  type Spread,
  shareOf,
} from '../core/ownership.ts';
import type { MailboxRow } from './rows.ts';

/** Heartbeats that change who holds what come one after another; those that change nothing take no lock. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtext('accounts.ownership'))";

const RENEW = `
  INSERT INTO ingestors (id, expires_at, leaving) VALUES ($1, now() + make_interval(secs => $2), $3)
  ON CONFLICT (id) DO UPDATE SET expires_at = EXCLUDED.expires_at, leaving = EXCLUDED.leaving`;

const SILENT = `expires_at > now() AND expires_at < now() + make_interval(secs => ${(LEASE_TTL_MS - SILENT_MS) / 1000})`;

const LIVING = 'living AS (SELECT id, leaving FROM ingestors WHERE expires_at > now())';

const STANDING = "CASE WHEN owner IS DISTINCT FROM $1 THEN 'heir' WHEN heir IS NULL THEN 'owner' ELSE 'parting' END";
const HELD = 'FROM mailboxes WHERE owner = $1 OR heir = $1';

const DIGEST = `
  SELECT md5(COALESCE(string_agg(concat_ws(':', id, fence, revision, ${STANDING}), ',' ORDER BY id), '')) AS digest ${HELD}`;

const SPREAD = `
  WITH ${LIVING},
       seen AS (
         SELECT m.owner, m.heir, l.leaving FROM mailboxes m LEFT JOIN living l ON l.id = m.owner WHERE NOT m.paused)
  SELECT count(*)::int AS all,
         (count(*) FILTER (WHERE (owner = $1 AND heir IS NULL) OR heir = $1))::int AS held,
         (count(*) FILTER (WHERE leaving IS NULL))::int AS free,
         (count(*) FILTER (WHERE leaving IS NULL AND owner IS NOT NULL))::int AS orphaned,
         (count(*) FILTER (WHERE leaving AND heir IS NULL))::int AS parting,
         (SELECT COALESCE(max(kept), 0)::int FROM (
            SELECT count(*) AS kept FROM seen WHERE NOT leaving AND heir IS NULL AND owner <> $1 GROUP BY owner) others) AS most,
         (SELECT count(*)::int FROM living WHERE NOT leaving) AS ingestors
  FROM seen`;

/** Each new owner has a higher fence than the one before, whether that one lives or not. */
const TO_ME = 'owner = $1, fence = fence + 1, heir = NULL';
const AFRESH = "connection = 'connecting', status = 'connecting', status_detail = NULL";

const TAKE = `
  UPDATE mailboxes SET ${TO_ME}, ${AFRESH}
  WHERE id IN (
    SELECT id FROM mailboxes
    WHERE NOT paused AND (owner IS NULL OR owner NOT IN (SELECT id FROM ingestors WHERE expires_at > now()))
    ORDER BY owner IS NULL, id LIMIT $2)`;

/** What is not connected has nothing to lose: it moves at once. What is about to connect is not disturbed for the sake of an even spread. */
const INHERIT = `
  WITH ${LIVING},
       offered AS (
         SELECT id, owner FROM (
           SELECT m.id, m.owner, m.connection, l.leaving, row_number() OVER (PARTITION BY m.owner ORDER BY m.id) AS nth
           FROM mailboxes m JOIN living l ON l.id = m.owner
           WHERE NOT m.paused AND m.owner <> $1 AND m.heir IS NULL) others
         WHERE leaving OR (nth > $2 AND connection <> 'connecting')
         ORDER BY leaving DESC, id LIMIT $3)
  UPDATE mailboxes m SET
    owner = CASE WHEN m.connection = 'connected' THEN m.owner ELSE $1 END,
    fence = CASE WHEN m.connection = 'connected' THEN m.fence ELSE m.fence + 1 END,
    heir = CASE WHEN m.connection = 'connected' THEN $1 END
  FROM offered WHERE m.id = offered.id
  RETURNING offered.owner`;

const SUCCEED = `
  WITH ready AS (SELECT id, owner FROM mailboxes WHERE heir = $1 AND id = ANY($2) FOR UPDATE)
  UPDATE mailboxes m SET owner = $1, fence = m.fence + 1, heir = NULL FROM ready WHERE m.id = ready.id
  RETURNING ready.owner`;

/** Promises to who is gone or leaving hold no longer; who is heir to a mailbox without an owner is the owner. */
const TIDY = [
  'UPDATE mailboxes SET owner = NULLIF(owner, $1), heir = NULL WHERE (owner = $1 OR heir = $1) AND paused',
  `UPDATE mailboxes SET heir = NULL WHERE owner = $1 AND heir IS NOT NULL
     AND heir NOT IN (SELECT id FROM ingestors WHERE expires_at > now() AND NOT leaving)`,
  `UPDATE mailboxes SET ${TO_ME}, ${AFRESH} WHERE heir = $1 AND NOT paused
     AND (owner IS NULL OR owner NOT IN (SELECT id FROM ingestors WHERE expires_at > now()))`,
];

const ASSIGNED = `
  id, fence, revision, name, host, port, security, username, auth_type, credential, folders, authserv_id, ca, forwarders, proxy,
  CASE WHEN bytes_on = (now() AT TIME ZONE 'UTC')::date THEN bytes_today ELSE 0 END AS fetched_today`;

export function createOwnership(database: Database): Ownership {
  return {
    async sync({ ingestorId, digest, ready, isLeaving }) {
      await database.query(RENEW, [ingestorId, LEASE_TTL_MS / 1000, isLeaving]);
      for (const statement of TIDY) await database.query(statement, [ingestorId]);
      const left = await succeed(database, ingestorId, ready);
      const spread = await spreadOf(database, ingestorId);
      const asked = isLeaving || isAtRest(spread) ? [] : await move(database, ingestorId);
      const [row] = await database.query<{ digest: string }>(DIGEST, [ingestorId]);
      return {
        held: row?.digest === digest ? null : await holdings(database, ingestorId),
        heirs: isLeaving ? spread.ingestors : spread.ingestors - 1,
        touched: [...new Set([...left, ...asked])],
      };
    },

    async leave(ingestorId) {
      await database.query('DELETE FROM ingestors WHERE id = $1', [ingestorId]);
      await database.query('UPDATE mailboxes SET heir = NULL WHERE heir = $1', [ingestorId]);
      await database.query("UPDATE mailboxes SET owner = NULL, connection = 'disconnected' WHERE owner = $1", [ingestorId]);
    },

    async silent() {
      const rows = await database.query<{ id: string }>(`SELECT id FROM ingestors WHERE ${SILENT}`);
      return rows.map(({ id }) => id);
    },

    async bury(ingestorIds) {
      const buried = await database.query(
        `UPDATE ingestors SET expires_at = now() WHERE id = ANY($1) AND ${SILENT} RETURNING id`,
        [ingestorIds],
      );
      return buried.length > 0;
    },

    async assignment(mailboxId) {
      const [row] = await database.query<AssignedRow>(`SELECT ${ASSIGNED} FROM mailboxes WHERE id = $1`, [mailboxId]);
      return row === undefined ? undefined : toAssignment(row);
    },

    async assignments(ingestorId, mailboxIds) {
      const rows = await database.query<AssignedRow>(
        `SELECT ${ASSIGNED} FROM mailboxes WHERE (owner = $1 OR heir = $1) AND id = ANY($2)`,
        [ingestorId, mailboxIds],
      );
      return rows.map(toAssignment);
    },
  };
}

async function spreadOf(on: Queryable, ingestorId: string): Promise<Spread> {
  const [spread] = await on.query<Spread & Record<string, number>>(SPREAD, [ingestorId]);
  return spread ?? { all: 0, held: 0, free: 0, orphaned: 0, parting: 0, most: 0, ingestors: 1 };
}

function isAtRest(spread: Spread): boolean {
  const { take, inherit } = nextStep(spread);
  return take === 0 && inherit === 0;
}

/** The leases of mailboxes to which the heir is connected; gives who had them. */
async function succeed(on: Queryable, ingestorId: string, ready: Heartbeat['ready']): Promise<string[]> {
  if (ready.length === 0) return [];
  return (await on.query<{ owner: string }>(SUCCEED, [ingestorId, ready])).map(({ owner }) => owner);
}

/** Takes and inherits what is due; gives those of whom it inherits. */
function move(database: Database, ingestorId: string): Promise<string[]> {
  return database.transaction(async (tx) => {
    await tx.query(LOCK);
    const spread = await spreadOf(tx, ingestorId);
    const { take, inherit } = nextStep(spread);
    if (take > 0) await tx.query(TAKE, [ingestorId, take]);
    if (inherit === 0) return [];
    const share = shareOf(spread.all, spread.ingestors);
    return (await tx.query<{ owner: string }>(INHERIT, [ingestorId, share, inherit])).map(({ owner }) => owner);
  });
}

async function holdings(on: Queryable, ingestorId: string): Promise<Holding[]> {
  const rows = await on.query<{ id: string; fence: string; revision: number; standing: Holding['standing'] }>(
    `SELECT id, fence, revision, ${STANDING} AS standing ${HELD} ORDER BY id`,
    [ingestorId],
  );
  return rows.map(({ id, fence, ...rest }) => ({ mailboxId: id as MailboxId, fence: Number(fence), ...rest }));
}

type AssignedRow = Pick<
  MailboxRow,
  | 'id'
  | 'fence'
  | 'revision'
  | 'name'
  | 'host'
  | 'port'
  | 'security'
  | 'username'
  | 'credential'
  | 'folders'
  | 'ca'
  | 'forwarders'
  | 'proxy'
> & { auth_type: string; authserv_id: string | null; fetched_today: string };

function toAssignment(row: AssignedRow): MailboxAssignment {
  const { id, fence, auth_type, credential, security, authserv_id, proxy, fetched_today, ...rest } = row;
  const provider = providerAt(row.host, row.port);
  const { limits } = provider;
  const isOAuth2 = auth_type === 'oauth2';
  return {
    ...rest,
    mailboxId: id as MailboxId,
    fence: Number(fence),
    security: security as MailboxAssignment['security'],
    // The refresh token stays here.
    credential: isOAuth2 ? null : credential.toString('base64'),
    junkFolder: provider.junkFolder,
    limits: isOAuth2 ? { ...limits, sessionMinutes: limits.oauth2SessionMinutes ?? limits.sessionMinutes } : limits,
    fetchedToday: Number(fetched_today),
    authservId: authserv_id ?? provider.authservId,
    proxy: proxy?.toString('base64') ?? null,
  };
}

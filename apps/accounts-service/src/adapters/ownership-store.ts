import type { MailboxId } from '@otterpost/contracts/ids';
import { providerAt } from '@otterpost/contracts/mail-providers';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';
import type { Database, Queryable } from '@otterpost/postgres/database';

import { changeOfShare, type Holding, LEASE_TTL_MS, type Ownership } from '../core/ownership.ts';
import type { MailboxRow } from './rows.ts';

/** Heartbeats that change who holds what come one after another; those that change nothing take no lock. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtext('accounts.ownership'))";

const DIGEST = `
  SELECT md5(COALESCE(string_agg(id || ':' || fence || ':' || revision, ',' ORDER BY id), '')) AS digest
  FROM mailboxes WHERE owner = $1`;

const COUNTS = `
  SELECT count(*)::int AS all,
         (count(*) FILTER (WHERE owner = $1))::int AS held,
         (count(*) FILTER (WHERE owner IS NULL OR owner NOT IN (SELECT id FROM ingestors WHERE expires_at > now())))::int AS free,
         (count(*) FILTER (WHERE owner NOT IN (SELECT id FROM ingestors WHERE expires_at > now())))::int AS orphaned,
         (SELECT count(*)::int FROM ingestors WHERE expires_at > now()) AS ingestors
  FROM mailboxes WHERE NOT paused`;

const ASSIGNED =
  'id, fence, revision, name, host, port, security, username, auth_type, credential, folders, authserv_id, ca, forwarders, proxy';

interface Counts {
  readonly all: number;
  readonly held: number;
  readonly free: number;
  readonly orphaned: number;
  readonly ingestors: number;
}

export function createOwnership(database: Database): Ownership {
  return {
    async sync(ingestorId, digest) {
      await database.query(
        `INSERT INTO ingestors (id, expires_at) VALUES ($1, now() + make_interval(secs => $2))
         ON CONFLICT (id) DO UPDATE SET expires_at = EXCLUDED.expires_at`,
        [ingestorId, LEASE_TTL_MS / 1000],
      );
      await dropPaused(database, ingestorId);
      if (changeOfShare(await count(database, ingestorId)) !== 0) {
        await database.transaction(async (tx) => {
          await tx.query(LOCK);
          await move(tx, ingestorId, changeOfShare(await count(tx, ingestorId)));
        });
      }
      const [row] = await database.query<{ digest: string }>(DIGEST, [ingestorId]);
      return row?.digest === digest ? null : holdings(database, ingestorId);
    },

    async leave(ingestorId) {
      await database.query('DELETE FROM ingestors WHERE id = $1', [ingestorId]);
      await database.query("UPDATE mailboxes SET owner = NULL, connection = 'disconnected' WHERE owner = $1", [ingestorId]);
    },

    async assignment(mailboxId) {
      const [row] = await database.query<AssignedRow>(`SELECT ${ASSIGNED} FROM mailboxes WHERE id = $1`, [mailboxId]);
      return row === undefined ? undefined : toAssignment(row);
    },

    async assignments(ingestorId, mailboxIds) {
      const rows = await database.query<AssignedRow>(`SELECT ${ASSIGNED} FROM mailboxes WHERE owner = $1 AND id = ANY($2)`, [
        ingestorId,
        mailboxIds,
      ]);
      return rows.map(toAssignment);
    },
  };
}

async function count(on: Queryable, ingestorId: string): Promise<Counts> {
  const [counts] = await on.query<Counts & Record<string, number>>(COUNTS, [ingestorId]);
  return counts ?? { all: 0, held: 0, free: 0, orphaned: 0, ingestors: 1 };
}

async function dropPaused(on: Queryable, ingestorId: string): Promise<void> {
  await on.query('UPDATE mailboxes SET owner = NULL WHERE owner = $1 AND paused', [ingestorId]);
}

/** Each new owner has a higher fence than the one before, whether that one lives or not. */
async function move(tx: Queryable, ingestorId: string, change: number): Promise<void> {
  if (change > 0) {
    await tx.query(
      `UPDATE mailboxes SET owner = $1, fence = fence + 1, connection = 'connecting', status = 'connecting', status_detail = NULL
       WHERE id IN (
         SELECT id FROM mailboxes
         WHERE NOT paused AND (owner IS NULL OR owner NOT IN (SELECT id FROM ingestors WHERE expires_at > now()))
         ORDER BY owner IS NULL, id LIMIT $2)`,
      [ingestorId, change],
    );
  } else if (change < 0) {
    await tx.query(
      'UPDATE mailboxes SET owner = NULL WHERE id IN (SELECT id FROM mailboxes WHERE owner = $1 ORDER BY id DESC LIMIT $2)',
      [ingestorId, -change],
    );
  }
}

async function holdings(on: Queryable, ingestorId: string): Promise<Holding[]> {
  const rows = await on.query<{ id: string; fence: string; revision: number }>(
    'SELECT id, fence, revision FROM mailboxes WHERE owner = $1 ORDER BY id',
    [ingestorId],
  );
  return rows.map(({ id, fence, revision }) => ({ mailboxId: id as MailboxId, fence: Number(fence), revision }));
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
> & { auth_type: string; authserv_id: string | null };

function toAssignment(row: AssignedRow): MailboxAssignment {
  const { id, fence, auth_type, credential, security, authserv_id, proxy, ...rest } = row;
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
    authservId: authserv_id ?? provider.authservId,
    proxy: proxy?.toString('base64') ?? null,
  };
}

import { Failure } from '@otterpost/contracts/failure';
import type { Database } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';

import type { HeldImport, ImportWork } from '../core/imports.ts';
import { applyBatch } from './import-batch.ts';
import { openPiece } from './import-store.ts';
import { readImport } from './read-import.ts';

/** Who dies leaves its import to others after this long. */
const CLAIM = "interval '6 seconds'";
const UNDONE_AT_ONCE = 2000;

const CLAIM_ONE = `
  UPDATE imports SET fence = fence + 1, claimed_until = now() + ${CLAIM}, started_at = COALESCE(started_at, now()),
    status = CASE WHEN undo_wanted THEN status ELSE 'running' END
  WHERE id = (
    SELECT id FROM imports
    WHERE begun AND (status IN ('queued', 'running') OR undo_wanted) AND claimed_until <= now()
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING id, fence, caller, group_id, dry_run, shape, total, processed, undo_wanted`;
/** \`$1\` id, \`$2\` fence. */
const HELD = `id = $1 AND fence = $2 AND (status = 'running' OR undo_wanted)`;

const RESTORE = `
  WITH old AS (
    DELETE FROM import_befores WHERE import_id = $1 AND account_id IN (
      SELECT account_id FROM import_befores WHERE import_id = $1 LIMIT $2) RETURNING *),
  restored AS (
    UPDATE accounts a SET email = o.email, password = o.password, proxy = o.proxy, proxy_shown = o.proxy_shown,
      session = o.session, session_etag = o.session_etag, session_bytes = o.session_bytes, session_saved_at = o.session_saved_at,
      session_expires_at = o.session_expires_at, session_saved_by = o.session_saved_by, import_id = o.before_import_id
    FROM old o WHERE a.id = o.account_id AND a.import_id = $1)
  SELECT 1 FROM old`;
const REMOVE = `
  DELETE FROM accounts WHERE id IN (
    SELECT a.id FROM accounts a
    WHERE a.group_id = ANY((SELECT group_ids FROM imports WHERE id = $1)::text[]) AND a.import_id = $1 LIMIT $2)
  RETURNING 1`;
const REMOVE_GROUPS = `
  UPDATE account_groups g SET deleted_at = now()
  WHERE g.id = ANY((SELECT made_group_ids FROM imports WHERE id = $1)::text[]) AND g.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM accounts WHERE group_id = g.id)`;

export function createImportWork(database: Database, ring: KeyRing): ImportWork {
  async function* pieces(id: string): AsyncGenerator<Buffer, void, undefined> {
    for (let number = 0; ; number++) {
      const [row] = await database.query<{ bytes: Buffer }>(
        'SELECT bytes FROM import_pieces WHERE import_id = $1 AND number = $2',
        [id, number],
      );
      if (row === undefined) return;
      yield openPiece(ring, id, number, row.bytes);
    }
  }

  const isHeld = async (sql: string, { id, fence }: HeldImport, ...values: unknown[]): Promise<boolean> =>
    (await database.query(sql, [id, fence, ...values])).length > 0;

  async function end({ id, fence }: HeldImport, status: string, failure: Failure | undefined): Promise<void> {
    await database.transaction(async (tx) => {
      const ended = await tx.query(
        `UPDATE imports SET status = $3, code = COALESCE($4, code), detail = COALESCE($5, detail), undo_wanted = false,
           finished_at = COALESCE(finished_at, now()) WHERE ${HELD} RETURNING 1`,
        [id, fence, status, failure?.code ?? null, failure?.message ?? null],
      );
      if (ended.length > 0) await tx.query('DELETE FROM import_pieces WHERE import_id = $1', [id]);
    });
  }

  return {
    async claim() {
      const [row] = await database.query<Record<string, unknown>>(CLAIM_ONE);
      if (row === undefined) return undefined;
      return {
        id: row.id,
        fence: row.fence,
        caller: row.caller,
        groupId: row.group_id,
        dryRun: row.dry_run,
        shape: row.shape,
        total: row.total === null ? null : Number(row.total),
        processed: Number(row.processed),
        isUndo: row.undo_wanted,
      } as HeldImport;
    },
    renew: (held) => isHeld(`UPDATE imports SET claimed_until = now() + ${CLAIM} WHERE ${HELD} RETURNING 1`, held),
    read: ({ id, shape }) => readImport(shape, pieces(id)),
    counted: (held, total) =>
      isHeld(`UPDATE imports SET total = $3, claimed_until = now() + ${CLAIM} WHERE ${HELD} RETURNING 1`, held, total),
    apply: (held, records, processed) => applyBatch(database, ring, held, records, processed),
    finish: (held) => end(held, held.isUndo ? 'undone' : 'done', undefined),
    fail: (held, failure) => end(held, 'failed', failure),
    async release({ id, fence }) {
      await database.query('UPDATE imports SET claimed_until = now() WHERE id = $1 AND fence = $2', [id, fence]);
    },
    async undoSome(held) {
      return database.transaction(async (tx) => {
        const [mine] = await tx.query(`UPDATE imports SET claimed_until = now() + ${CLAIM} WHERE ${HELD} RETURNING 1`, [
          held.id,
          held.fence,
        ]);
        if (mine === undefined) throw new Failure('stale_fence');
        if ((await tx.query(RESTORE, [held.id, UNDONE_AT_ONCE])).length > 0) return true;
        if ((await tx.query(REMOVE, [held.id, UNDONE_AT_ONCE])).length > 0) return true;
        await tx.query(REMOVE_GROUPS, [held.id]);
        return false;
      });
    },
  };
}

import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { ImportId } from '@otterpost/contracts/ids';
import { importPiecePlace } from '@otterpost/contracts/import-requests';
import { IMPORT_BYTES, type Import, ImportChange } from '@otterpost/contracts/imports';
import type { Database } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open } from '@otterpost/sealing/seal';

import { GROUP_HEADER, GROUPS_HEADER, writeRow } from '../core/account-columns.ts';
import { noSuchGroup } from '../core/account-groups.ts';
import { type FileShape, recognizeFile } from '../core/import-format.ts';
import { assertFits, type ImportStore, noSuchImport } from '../core/imports.ts';
import { SEEN_GROUP } from './account-view.ts';
import { writeAuditLine } from './audit-trail.ts';

/** Beyond any export's longest line: a session of 1 MiB, escaped. */
const LONGEST_LINE_BYTES = 8 * 1024 * 1024;
const REJECTS_AT_ONCE = 1000;
const LINE_FEED = 0x0a;

/** A key sees the imports that it began; one without limits sees all. */
const SEEN = '(key_id = $2 OR $3)';
const SHOWN = `id, group_id, dry_run, shape, status, total, processed, created, updated, unchanged, rejected, code, detail,
  created_at, started_at, finished_at, begun`;
const FIND = `SELECT ${SHOWN} FROM imports WHERE id = $1 AND ${SEEN}`;
const LIST = `SELECT ${SHOWN} FROM imports WHERE begun AND id < $1 AND ${SEEN} ORDER BY id DESC LIMIT $4`;
const APPEND = `
  WITH one AS (
    UPDATE imports SET pieces = pieces + 1, bytes = bytes + $5, line_bytes = $6
    WHERE id = $1 AND ${SEEN} AND pieces = $4 AND NOT begun RETURNING id)
  INSERT INTO import_pieces (import_id, number, bytes) SELECT id, $4, $7 FROM one RETURNING 1`;

interface ShownImport {
  readonly id: string;
  readonly group_id: string | null;
  readonly dry_run: boolean;
  readonly shape: FileShape;
  readonly status: Import['status'];
  readonly total: string | null;
  readonly processed: string;
  readonly created: string;
  readonly updated: string;
  readonly unchanged: string;
  readonly rejected: string;
  readonly code: string | null;
  readonly detail: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly begun: boolean;
}

export function rejectPlace(id: string, number: number | string): string {
  return columnAad('import_rejects', `${id}.${number}`, 'raw');
}

export function openPiece(ring: KeyRing, id: string, number: number, sealed: Buffer): Buffer {
  const { table, row, column } = importPiecePlace(id, number);
  return open(ring, sealed, columnAad(table, row, column));
}

export function createImportStore(database: Database, ring: KeyRing): ImportStore {
  const seenBy = ({ keyId, sites, groupIds }: Caller): unknown[] => [keyId, sites === null && groupIds === null];

  async function get(caller: Caller, id: ImportId): Promise<Import> {
    const [row] = await database.query<ShownImport & Record<string, unknown>>(FIND, [id, ...seenBy(caller)]);
    if (row === undefined) throw noSuchImport(id);
    return toImport(row);
  }

  return {
    async open({ id, caller, groupId, dryRun }, piece) {
      const bytes = openPiece(ring, id, 0, piece);
      const shape = recognizeFile(bytes);
      assertFits(shape, groupId);
      const { sites, groupIds } = caller;
      const seen = await database.query(
        `SELECT 1 FROM account_groups g WHERE ${SEEN_GROUP} AND ($3::text IS NULL OR g.id = $3) LIMIT 1`,
        [sites, groupIds, groupId],
      );
      if (groupId !== null && seen.length === 0) throw noSuchGroup(groupId);
      await database.query(
        `INSERT INTO imports (id, key_id, caller, group_id, dry_run, shape) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
        [id, caller.keyId, JSON.stringify(caller), groupId, dryRun, JSON.stringify(shape)],
      );
      await this.append(caller, id, 0, piece);
    },

    async append(caller, id, number, piece) {
      const bytes = openPiece(ring, id, number, piece);
      const [row] = await database.query<{ pieces: number; bytes: string; line_bytes: number }>(
        `SELECT pieces, bytes, line_bytes FROM imports WHERE id = $1 AND ${SEEN}`,
        [id, ...seenBy(caller)],
      );
      if (row === undefined) throw noSuchImport(id);
      if (row.pieces > number) return;
      const line = longestLine(row.line_bytes, bytes);
      if (Number(row.bytes) + bytes.length > IMPORT_BYTES)
        throw await drop(id, new Failure('payload_too_large', { detail: 'A file has 1 GiB at most: divide it' }));
      if (line.longest > LONGEST_LINE_BYTES)
        throw await drop(
          id,
          new Failure('import_line_too_long', {
            detail: 'The file has a line of more than 8 MiB: an account stands on a line of its own',
          }),
        );
      await database.query(APPEND, [id, ...seenBy(caller), number, bytes.length, line.open, piece]);
    },

    async begin(caller, id, pieces) {
      await database.query(`UPDATE imports SET begun = true WHERE id = $1 AND ${SEEN} AND pieces = $4 AND NOT begun`, [
        id,
        ...seenBy(caller),
        pieces,
      ]);
      return get(caller, id);
    },

    async find(caller, id) {
      const [row] = await database.query<ShownImport & Record<string, unknown>>(FIND, [id, ...seenBy(caller)]);
      return row === undefined || !row.begun ? undefined : toImport(row);
    },

    async list(caller, { limit, cursor }) {
      const rows = await database.query<ShownImport & Record<string, unknown>>(LIST, [
        cursor ?? 'imp_~',
        ...seenBy(caller),
        limit + 1,
      ]);
      const items = rows.slice(0, limit).map(toImport);
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    async cancel(caller, id) {
      const ended = await database.query(
        `UPDATE imports SET status = 'cancelled', finished_at = now()
         WHERE id = $1 AND ${SEEN} AND begun AND status IN ('queued', 'running') RETURNING 1`,
        [id, ...seenBy(caller)],
      );
      const found = await get(caller, id);
      if (ended.length > 0) return found;
      throw new Failure('import_ended', { detail: `The import is ${found.status}: there is nothing to cancel` });
    },

    async undo(caller, id) {
      const wanted = await database.query(
        `UPDATE imports SET undo_wanted = true, claimed_until = LEAST(claimed_until, now())
         WHERE id = $1 AND ${SEEN} AND NOT dry_run AND status IN ('done', 'failed', 'cancelled')
           AND finished_at > now() - interval '24 hours' RETURNING 1`,
        [id, ...seenBy(caller)],
      );
      const found = await get(caller, id);
      if (wanted.length > 0 || found.status === 'undone') return found;
      throw new Failure('import_ended', {
        detail: found.dryRun
          ? 'A dry run changed nothing'
          : ['queued', 'running'].includes(found.status)
            ? 'The import is at work: cancel it first'
            : 'The import ended more than 24 hours ago',
      });
    },

    async changes(caller, id, { limit, cursor }) {
      await get(caller, id);
      const rows = await database.query<{ change: unknown; line: string }>(
        'SELECT change, line FROM import_changes WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3',
        [id, /^\d{1,15}$/.test(cursor ?? '') ? cursor : 0, limit + 1],
      );
      const items = rows.slice(0, limit).map(({ change }) => ImportChange.parse(change));
      return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.line) : null };
    },

    async rejected(caller, id, from) {
      const found = await get(caller, id);
      const isLines = found.format.endsWith('lines');
      const rows = await database.transaction(async (tx) => {
        if (from === null) await writeAuditLine(tx, caller, { action: 'import.rejected_read', target: id });
        return tx.query<{ number: string; line: string; code: string; message: string; raw: Buffer }>(
          'SELECT number, line, code, message, raw FROM import_rejects WHERE import_id = $1 AND number > $2 ORDER BY number LIMIT $3',
          [id, from ?? -1, REJECTS_AT_ONCE],
        );
      });
      const header = (found.kind === 'groups' ? GROUPS_HEADER : GROUP_HEADER).trimEnd();
      const head = isLines ? (found.format === 'otterpost_lines' ? '#otterpost lines 1\n' : '') : `${header},error\r\n`;
      const text = rows.map(({ number, line, code, message, raw }) => {
        const secret = open(ring, raw, rejectPlace(id, number)).toString();
        const why = `line ${line}: ${code}: ${message}`;
        return isLines ? `# ${why}\n${secret}\n` : writeRow([...(JSON.parse(secret) as string[]), why]);
      });
      const next = rows.length < REJECTS_AT_ONCE ? null : (rows.at(-1)?.number ?? null);
      const type = isLines ? 'text/plain; charset=utf-8' : 'text/csv; charset=utf-8';
      return { text: `${from === null ? head : ''}${text.join('')}`, next, type, name: `rejected.${isLines ? 'txt' : 'csv'}` };
    },

    async forget() {
      const old = await database.query<{ id: string }>(
        `SELECT id FROM imports WHERE finished_at < now() - interval '24 hours' AND NOT undo_wanted
           OR NOT begun AND created_at < now() - interval '1 hour'`,
      );
      const ids = old.map(({ id }) => id);
      for (const table of ['import_pieces', 'import_rejects', 'import_changes', 'import_befores'])
        await database.query(`DELETE FROM ${table} WHERE import_id = ANY($1)`, [ids]);
      await database.query(
        `DELETE FROM imports WHERE NOT begun AND created_at < now() - interval '1 hour' OR finished_at < now() - interval '30 days'`,
      );
    },
  };

  async function drop(id: string, failure: Failure): Promise<Failure> {
    await database.query('DELETE FROM import_pieces WHERE import_id = $1', [id]);
    await database.query('DELETE FROM imports WHERE id = $1 AND NOT begun', [id]);
    return failure;
  }
}

function longestLine(before: number, bytes: Buffer): { longest: number; open: number } {
  const first = bytes.indexOf(LINE_FEED);
  if (first < 0) return { longest: before + bytes.length, open: before + bytes.length };
  // A piece is far shorter than the limit, so that only the line that is open can be over it.
  return { longest: before + first, open: bytes.length - bytes.lastIndexOf(LINE_FEED) - 1 };
}

function toImport(row: ShownImport): Import {
  return {
    id: row.id as ImportId,
    kind: row.shape.kind,
    format: row.shape.format,
    status: row.status,
    groupId: row.group_id as Import['groupId'],
    dryRun: row.dry_run,
    total: row.total === null ? null : Number(row.total),
    processed: Number(row.processed),
    created: Number(row.created),
    updated: Number(row.updated),
    unchanged: Number(row.unchanged),
    rejected: Number(row.rejected),
    code: row.code,
    detail: row.detail,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

import { type AuditEntry, auditActor } from '@otterpost/contracts/audit';
import type { Caller } from '@otterpost/contracts/caller';
import { type AuditId, newId } from '@otterpost/contracts/ids';
import type { Database, Queryable } from '@otterpost/postgres/database';

import type { AuditBook } from '../core/audit.ts';
import type { AuditRow } from './rows.ts';

/** Writes a line in the transaction of what it tells of: where it cannot be written, nothing was done. */
export async function writeAudit(
  tx: Queryable,
  caller: Pick<Caller, 'keyId' | 'address'>,
  { action, target }: Pick<AuditEntry, 'action' | 'target'>,
): Promise<void> {
  await tx.query('INSERT INTO audit (id, actor, action, target, address) VALUES ($1, $2, $3, $4, $5)', [
    newId('audit'),
    auditActor(caller),
    action,
    target,
    caller.address,
  ]);
}

export function createAuditBook(database: Database): AuditBook {
  return {
    async list({ limit, cursor, actor, action, since }) {
      const rows = await database.query<AuditRow & Record<string, unknown>>(
        `SELECT id, at, actor, action, target, address FROM audit
         WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR action = $3)
           AND ($4::timestamptz IS NULL OR at >= $4)
         ORDER BY id DESC LIMIT $5`,
        [cursor ?? null, actor ?? null, action ?? null, since ?? null, limit + 1],
      );
      const items = rows.slice(0, limit).map((row) => ({ ...row, id: row.id as AuditId, at: row.at.toISOString() }));
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    async record(lines) {
      await database.query(
        `INSERT INTO audit (id, at, actor, action, target, address)
         SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])
         ON CONFLICT (id) DO NOTHING`,
        [
          lines.map(({ id }) => id),
          lines.map(({ at }) => at),
          lines.map(({ actor }) => actor),
          lines.map(({ action }) => action),
          lines.map(({ target }) => target),
          lines.map(({ address }) => address),
        ],
      );
    },
  };
}

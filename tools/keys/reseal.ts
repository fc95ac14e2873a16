import { Failure } from '@otterpost/contracts/failure';
import type { Database } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, headOfCurrent, open, seal } from '@otterpost/sealing/seal';

/** Where secrets lie sealed, by the schema that holds them. */
export const SEALED_COLUMNS = {
  accounts: { accounts: ['password', 'proxy', 'session'], mailboxes: ['credential', 'access_token', 'proxy', 'smtp'] },
  tickets: { codes: ['code', 'link', 'subject'] },
} as const;

/** Sessions have up to 1 MiB each. */
const AT_ONCE = 100;

export interface Resealed {
  readonly resealed: number;
  /** `table/id/column` of what no key of the ring opens: left as it is. */
  readonly unopened: readonly string[];
}

/**
 * Seals what another key has sealed under the ring's current key, a batch at a time, while services are at work. What is sealed
 * tells its key itself, so that a run that was cut goes on where it stood; a secret that somebody changes meanwhile stays theirs.
 */
export async function resealTable(
  database: Database,
  ring: KeyRing,
  table: string,
  columns: readonly string[],
): Promise<Resealed> {
  const head = headOfCurrent(ring);
  const unopened: string[] = [];
  let resealed = 0;
  for (const column of columns) {
    const stale = `
      SELECT id, ${column} AS sealed FROM ${table}
      WHERE id > $1 AND ${column} IS NOT NULL AND substring(${column} FROM 1 FOR $3) <> $2 ORDER BY id LIMIT $4`;
    const update = `
      UPDATE ${table} t SET ${column} = given.fresh FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS given (id, stale, fresh)
      WHERE t.id = given.id AND t.${column} = given.stale RETURNING t.id`;
    for (let after = ''; ; ) {
      const rows = await database.query<{ id: string; sealed: Buffer }>(stale, [after, head, head.length, AT_ONCE]);
      const fresh = rows.flatMap(({ id, sealed }) => {
        const aad = columnAad(table, id, column);
        const plain = openIfMay(ring, sealed, aad);
        if (plain === undefined) unopened.push(aad);
        return plain === undefined ? [] : [{ id, sealed, fresh: seal(ring, plain, aad) }];
      });
      const given = [fresh.map((row) => row.id), fresh.map((row) => row.sealed), fresh.map((row) => row.fresh)];
      if (fresh.length > 0) resealed += (await database.query(update, given)).length;
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
  }
  return { resealed, unopened };
}

function openIfMay(ring: KeyRing, sealed: Buffer, aad: string): Buffer | undefined {
  try {
    return open(ring, sealed, aad);
  } catch (error) {
    if (error instanceof Failure && error.code === 'unsealing_failed') return undefined;
    throw error;
  }
}

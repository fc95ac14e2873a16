import { Failure } from '@otterpost/contracts/failure';
import type { Database } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, headOfCurrent, open, seal } from '@otterpost/sealing/seal';

/** A table that holds secrets, each sealed for its row and column. */
export interface SealedTable {
  readonly name: string;
  /** The columns of its primary key, with their types; a row is called by their values. */
  readonly key: Readonly<Record<string, 'text' | 'int' | 'bigint'>>;
  readonly columns: readonly string[];
  /** Where its secrets are copies from: they are sealed for the row there, which the column named here calls. */
  readonly copiedFrom?: { readonly table: string; readonly row: string };
}

const byId = { id: 'text' } as const;

/** Where secrets lie sealed, by the schema that holds them. */
export const SEALED_TABLES: Readonly<Record<'accounts' | 'tickets', readonly SealedTable[]>> = {
  accounts: [
    { name: 'accounts', key: byId, columns: ['password', 'proxy', 'session'] },
    { name: 'mailboxes', key: byId, columns: ['credential', 'access_token', 'proxy', 'smtp'] },
    { name: 'import_pieces', key: { import_id: 'text', number: 'int' }, columns: ['bytes'] },
    { name: 'import_rejects', key: { import_id: 'text', number: 'bigint' }, columns: ['raw'] },
    { name: 'import_changes', key: { import_id: 'text', group_key: 'text', email_key: 'text' }, columns: ['wanted'] },
    {
      name: 'import_befores',
      key: { import_id: 'text', account_id: 'text' },
      columns: ['password', 'proxy', 'session'],
      copiedFrom: { table: 'accounts', row: 'account_id' },
    },
  ],
  tickets: [
    { name: 'codes', key: byId, columns: ['code', 'link', 'subject'] },
    { name: 'key_peppers', key: byId, columns: ['sealed'] },
  ],
};

/** Sessions have up to 1 MiB each. */
const AT_ONCE = 100;

export interface Resealed {
  readonly resealed: number;
  /** `table/row/column` of what no key of the ring opens: left as it is. */
  readonly unopened: readonly string[];
}

/**
 * Seals what another key has sealed under the ring's current key, a batch at a time, while services are at work. What is sealed
 * tells its key itself, so that a run that was cut goes on where it stood; a secret that somebody changes meanwhile stays theirs.
 */
export async function resealTable(database: Database, ring: KeyRing, table: SealedTable): Promise<Resealed> {
  const unopened: string[] = [];
  let resealed = 0;
  for (const column of table.columns) {
    for (let after: readonly unknown[] = []; ; ) {
      const rows = await findStale(database, ring, table, column, after);
      const fresh = rows.flatMap((row) => {
        const aad = aadOf(table, row, column);
        const plain = openIfMay(ring, row.sealed, aad);
        if (plain === undefined) unopened.push(aad);
        return plain === undefined ? [] : [{ ...row, fresh: seal(ring, plain, aad) }];
      });
      if (fresh.length > 0) resealed += await replace(database, table, column, fresh);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = keyOf(table, last);
    }
  }
  return { resealed, unopened };
}

/**
 * All of them, round after round until one finds nothing: while services are at work an import copies an account's secret, and its
 * undo copies it back, from a table that is not done yet into one that is.
 */
export async function resealTables(
  database: Database,
  ring: KeyRing,
  tables: readonly SealedTable[],
): Promise<{ counts: ReadonlyMap<string, number>; unopened: readonly string[] }> {
  const counts = new Map(tables.map(({ name }) => [name, 0]));
  for (;;) {
    const unopened: string[] = [];
    let found = 0;
    for (const table of tables) {
      const outcome = await resealTable(database, ring, table);
      counts.set(table.name, (counts.get(table.name) ?? 0) + outcome.resealed);
      found += outcome.resealed;
      unopened.push(...outcome.unopened);
    }
    if (found === 0) return { counts, unopened };
  }
}

interface Stale {
  readonly [column: string]: unknown;
  readonly sealed: Buffer;
}

function keyOf({ key }: SealedTable, row: Stale): unknown[] {
  return Object.keys(key).map((name) => row[name]);
}

function aadOf(table: SealedTable, row: Stale, column: string): string {
  const { name, copiedFrom } = table;
  if (copiedFrom !== undefined) return columnAad(copiedFrom.table, String(row[copiedFrom.row]), column);
  return columnAad(name, keyOf(table, row).join('.'), column);
}

async function findStale(
  database: Database,
  ring: KeyRing,
  { name, key }: SealedTable,
  column: string,
  after: readonly unknown[],
): Promise<Stale[]> {
  const head = headOfCurrent(ring);
  const keys = Object.keys(key).join(', ');
  const place = Object.values(key).map((type, at) => `$${at + 4}::${type}`);
  const sql = `
    SELECT ${keys}, ${column} AS sealed FROM ${name}
    WHERE ${column} IS NOT NULL AND substring(${column} FROM 1 FOR $2) <> $1
      ${after.length === 0 ? '' : `AND (${keys}) > (${place.join(', ')})`}
    ORDER BY ${keys} LIMIT $3`;
  return database.query<Stale>(sql, [head, head.length, AT_ONCE, ...after]);
}

async function replace(
  database: Database,
  table: SealedTable,
  column: string,
  rows: readonly (Stale & { readonly fresh: Buffer })[],
): Promise<number> {
  const names = Object.keys(table.key);
  const types = [...Object.values(table.key), 'bytea', 'bytea'];
  const sql = `
    UPDATE ${table.name} t SET ${column} = given.fresh
    FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')}) AS given (${names.join(', ')}, stale, fresh)
    WHERE ${names.map((name) => `t.${name} = given.${name}`).join(' AND ')} AND t.${column} = given.stale RETURNING 1`;
  const given = [
    ...names.map((name) => rows.map((row) => row[name])),
    rows.map(({ sealed }) => sealed),
    rows.map(({ fresh }) => fresh),
  ];
  return (await database.query(sql, given)).length;
}

function openIfMay(ring: KeyRing, sealed: Buffer, aad: string): Buffer | undefined {
  try {
    return open(ring, sealed, aad);
  } catch (error) {
    if (error instanceof Failure && error.code === 'unsealing_failed') return undefined;
    throw error;
  }
}

import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, keyIdOf, open, seal } from '@otterpost/sealing/seal';
import { secret } from '@otterpost/testkit/canary';
import { type Postgres, startPostgres } from '@otterpost/testkit/postgres';

import { resealTable, resealTables } from './reseal.ts';

const [older, newer] = [`old:${randomBytes(32).toString('base64')}`, `new:${randomBytes(32).toString('base64')}`];
const before = parseKeyRing(older);
const after = parseKeyRing(`${newer},${older}`);
const alone = parseKeyRing(newer);
const ROWS = 250;

let postgres: Postgres;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await openDatabase({
    url: await postgres.createDatabase(),
    schema: 'accounts',
    entities: [],
    migrations: [],
    logger: { warn: () => undefined },
  });
  await database.query('CREATE TABLE accounts (id text PRIMARY KEY, password bytea NOT NULL, session bytea)');
}, 60_000);
afterAll(async () => {
  await database.close();
  await postgres.stop();
});
beforeEach(async () => {
  await database.query('TRUNCATE accounts');
  for (let at = 0; at < ROWS; at++) {
    const sealed = seal(before, `${secret('kept')}-${at}`, columnAad('accounts', String(at), 'password'));
    await database.query('INSERT INTO accounts (id, password) VALUES ($1, $2)', [String(at), sealed]);
  }
});

const table = { name: 'accounts', key: { id: 'text' }, columns: ['password', 'session'] } as const;
const reseal = () => resealTable(database, after, table);

describe('rotating the master key', () => {
  it('leaves each secret as it was, opened by the new key alone', async () => {
    expect(await reseal()).toEqual({ resealed: ROWS, unopened: [] });
    const rows = await database.query<{ id: string; password: Buffer; session: Buffer | null }>('SELECT * FROM accounts');
    for (const { id, password, session } of rows) {
      expect(open(alone, password, columnAad('accounts', id, 'password')).toString()).toBe(`${secret('kept')}-${id}`);
      expect(session).toBeNull();
    }
    expect(await reseal()).toEqual({ resealed: 0, unopened: [] });
  });

  it('goes on where it stood, also when two do it at once', async () => {
    const sealed = seal(after, 'done', columnAad('accounts', '7', 'password'));
    await database.query("UPDATE accounts SET password = $1 WHERE id = '7'", [sealed]);
    const [one, other] = await Promise.all([reseal(), reseal()]);
    expect(one.resealed + other.resealed).toBe(ROWS - 1);
    const [row] = await database.query<{ password: Buffer }>("SELECT password FROM accounts WHERE id = '7'");
    expect(row?.password.equals(sealed)).toBe(true);
  });

  it('tells what no key opens, and leaves it', async () => {
    await database.query("UPDATE accounts SET password = (SELECT password FROM accounts WHERE id = '8') WHERE id = '7'");
    await database.query("UPDATE accounts SET session = 'in clear' WHERE id = '9'");
    expect(await reseal()).toEqual({ resealed: ROWS - 1, unopened: ['accounts/7/password', 'accounts/9/session'] });
    const rows = await database.query<{ password: Buffer }>('SELECT password FROM accounts');
    expect(rows.filter(({ password }) => keyIdOf(password) === 'old')).toHaveLength(1);
  });

  it('covers rows that more than one column calls, and copies that are sealed for the row they come from', async () => {
    await database.query('CREATE TABLE pieces (import_id text, number int, bytes bytea, PRIMARY KEY (import_id, number))');
    await database.query(
      'CREATE TABLE befores (import_id text, account_id text, bytes bytea, PRIMARY KEY (import_id, account_id))',
    );
    const [pieces, befores] = [
      { name: 'pieces', key: { import_id: 'text', number: 'int' }, columns: ['bytes'] },
      {
        name: 'befores',
        key: { import_id: 'text', account_id: 'text' },
        columns: ['bytes'],
        copiedFrom: { table: 'accounts', row: 'account_id' },
      },
    ] as const;
    for (let at = 0; at < ROWS; at++) {
      const piece = seal(before, secret('piece'), columnAad('pieces', `one.${at}`, 'bytes'));
      await database.query("INSERT INTO pieces VALUES ('one', $1, $2)", [at, piece]);
      const copy = seal(before, secret('copy'), columnAad('accounts', String(at), 'bytes'));
      await database.query("INSERT INTO befores VALUES ('one', $1, $2)", [String(at), copy]);
    }
    const { counts, unopened } = await resealTables(database, after, [pieces, befores]);
    expect([Object.fromEntries(counts), unopened]).toEqual([{ pieces: ROWS, befores: ROWS }, []]);
    for (const { number, bytes } of await database.query<{ number: number; bytes: Buffer }>('SELECT * FROM pieces')) {
      expect(open(alone, bytes, columnAad('pieces', `one.${number}`, 'bytes')).toString()).toBe(secret('piece'));
    }
    for (const { account_id, bytes } of await database.query<{ account_id: string; bytes: Buffer }>('SELECT * FROM befores')) {
      expect(open(alone, bytes, columnAad('accounts', account_id, 'bytes')).toString()).toBe(secret('copy'));
    }
  });
});

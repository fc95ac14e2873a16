import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import { eventually } from '@otterpost/testkit/eventually';
import { type Postgres, startPostgres } from '@otterpost/testkit/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

import { type Database, openDatabase } from '../src/database.ts';
import { isUniqueViolation } from '../src/sqlstate.ts';

class MakeOtters1700000000000 implements MigrationInterface {
  name = 'MakeOtters1700000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE otters (name text CONSTRAINT otters_name PRIMARY KEY, fish int NOT NULL DEFAULT 0)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE otters');
  }
}

const logger = { warn: () => undefined };
let postgres: Postgres;
const opened: Database[] = [];

async function open(url: string, pipelining = false, settings: Record<string, string> = {}): Promise<Database> {
  const database = await openDatabase({
    url,
    schema: 'otters',
    entities: [],
    migrations: [MakeOtters1700000000000],
    logger,
    pipelining,
    settings,
  });
  opened.push(database);
  return database;
}

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});
afterAll(() => postgres.stop());

describe('a database', () => {
  it('is migrated once by instances that start side by side', async () => {
    const url = await postgres.createDatabase();
    const instances = await Promise.all([open(url), open(url), open(url)]);
    for (const database of instances) expect(await database.query('SELECT * FROM otters')).toEqual([]);
    expect(await instances[0]?.query('SELECT count(*)::int AS n FROM migrations')).toEqual([{ n: 1 }]);
  });

  it('gives each of its connections the settings that were asked for', async () => {
    const database = await open(await postgres.createDatabase(), false, { plan_cache_mode: 'force_generic_plan' });
    const shown = () => database.query('SHOW plan_cache_mode');
    for (const rows of await Promise.all([shown(), shown(), shown()])) {
      expect(rows).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
    }
  });

  it('keeps all of a transaction or nothing', async () => {
    const database = await open(await postgres.createDatabase());
    const failing = database.transaction(async (tx) => {
      await tx.query("INSERT INTO otters (name) VALUES ('ada')");
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await database.query('SELECT * FROM otters')).toEqual([]);
  });

  it.each([false, true])('commits with its last statement, or nothing (pipelining: %s)', async (pipelining) => {
    const database = await open(await postgres.createDatabase(), pipelining);
    const add = (name: string, fish: string) =>
      database.transaction(async (tx) => {
        const [added] = await Promise.all([
          tx.query<{ name: string }>('INSERT INTO otters (name) VALUES ($1) RETURNING name', [name]),
          tx.query('SELECT 1'),
        ]);
        return [
          added,
          await tx.last<{ fish: number }>('UPDATE otters SET fish = $1::int WHERE name = $2 RETURNING fish', [fish, name]),
        ];
      });
    expect(await add('ada', '3')).toEqual([[{ name: 'ada' }], [{ fish: 3 }]]);
    await expect(add('bea', 'three')).rejects.toMatchObject({ cause: { routine: 'pg_strtoint32_safe' } });
    expect(await database.query('SELECT * FROM otters')).toEqual([{ name: 'ada', fish: 3 }]);
  });

  it('runs a transaction again that lost a race', async () => {
    const database = await open(await postgres.createDatabase());
    await database.query("INSERT INTO otters (name) VALUES ('ada'), ('bea')");
    let attempts = 0;
    // Both take the two rows in opposite order: PostgreSQL ends one of them as a deadlock.
    const feed = (first: string, second: string): Promise<void> =>
      database.transaction(async (tx) => {
        attempts += 1;
        await tx.query('UPDATE otters SET fish = fish + 1 WHERE name = $1', [first]);
        await tx.query('SELECT pg_sleep(0.2)');
        await tx.query('UPDATE otters SET fish = fish + 1 WHERE name = $1', [second]);
      });
    await Promise.all([feed('ada', 'bea'), feed('bea', 'ada')]);
    expect(attempts).toBeGreaterThan(2);
    expect(await database.query('SELECT fish FROM otters')).toEqual([{ fish: 2 }, { fish: 2 }]);
  });

  it('tells which constraint refused a value that is there already', async () => {
    const database = await open(await postgres.createDatabase());
    const insert = (): Promise<unknown> => database.query("INSERT INTO otters (name) VALUES ('ada')");
    await insert();
    const error = await insert().catch((caught: unknown) => caught);
    expect(isUniqueViolation(error, 'otters_name')).toBe(true);
    expect(isUniqueViolation(error, 'another')).toBe(false);
  });

  it('says that the server is away, and works again when it is back, with what was committed', async () => {
    const database = await open(await postgres.createDatabase());
    await database.query("INSERT INTO otters (name) VALUES ('ada')");
    await postgres.kill();
    const refused = await database.query('SELECT 1').catch((caught: unknown) => caught);
    expect(refused instanceof Failure && refused.code).toBe('database_unavailable');
    expect(database.isReachable()).toBe(false);
    await postgres.restart();
    expect(await eventually(() => database.query('SELECT name FROM otters'))).toEqual([{ name: 'ada' }]);
    expect(database.isReachable()).toBe(true);
  });

  it('waits at its opening for a server that is not up yet', async () => {
    const url = await postgres.createDatabase();
    await postgres.kill();
    const opening = open(url);
    await postgres.restart();
    expect(await (await opening).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

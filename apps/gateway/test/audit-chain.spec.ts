import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@otterpost/contracts/ids';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { createLogger } from '@otterpost/service/logger';
import { keepEvidence } from '@otterpost/testkit/evidence';
import { type Postgres, startPostgres } from '@otterpost/testkit/postgres';

import { writeAudit } from '../src/adapters/audit-book.ts';
import { sealAudit, verifyAudit } from '../src/adapters/audit-chain.ts';
import { ENTITIES, MIGRATIONS, SCHEMA } from '../src/gateway.module.ts';

const logger = createLogger({ name: 'audit-chain', level: 'trace' }, keepEvidence('logs', 'audit-chain'));
const GATEWAYS = 3;
const key = randomBytes(32);

let postgres: Postgres;
let gateways: Database[] = [];
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const options = { url, schema: SCHEMA, entities: ENTITIES, migrations: MIGRATIONS, logger };
  gateways = await Promise.all(Array.from({ length: GATEWAYS }, () => openDatabase(options)));
  database = gateways[0] as Database;
}, 60_000);
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await postgres?.stop();
});
beforeEach(async () => {
  for (const table of ['audit', 'audit_seals']) await tamper(`TRUNCATE ${table}`);
});

const caller = { keyId: newId('key'), address: null };
const write = (to: Database, target: string): Promise<void> => writeAudit(to, caller, { action: 'ticket.opened', target });
const seal = (by = database): Promise<void> => sealAudit(by, key);
const verify = () => verifyAudit(database, key);

/** Somebody who owns the database, and may do what its triggers refuse to all others. */
async function tamper(sql: string): Promise<void> {
  const table = /audit_seals/.test(sql) ? 'audit_seals' : 'audit';
  await database.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await database.query(sql);
  await database.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
}

describe("the audit's seals", () => {
  it('cover every line once, whoever writes and whoever seals meanwhile', async () => {
    const writing = gateways.map(async (gateway, number) => {
      for (let at = 0; at < 100; at++) await write(gateway, `${number}.${at}`);
    });
    const sealing = gateways.map(async (gateway) => {
      for (let at = 0; at < 10; at++) await seal(gateway);
    });
    await Promise.all([...writing, ...sealing]);
    await seal();
    expect(await verify()).toMatchObject({ lines: GATEWAYS * 100, broken: null });
  });

  it('wait for a transaction that began before them, and cover what it wrote', async () => {
    const [slow, quick] = gateways as [Database, Database];
    await slow.transaction(async (tx) => {
      await writeAudit(tx, caller, { action: 'ticket.opened', target: 'slow' });
      await write(quick, 'quick');
      await seal(quick);
      expect(await verify()).toMatchObject({ lines: 0, broken: null });
    });
    await seal(quick);
    expect(await verify()).toMatchObject({ lines: 2, broken: null });
  });

  it('are many where lines are many', async () => {
    await database.query("INSERT INTO audit (id, actor, action) SELECT 'aud_' || n, 'a', 'a' FROM generate_series(1, 12000) n");
    await seal();
    expect(await verify()).toMatchObject({ seals: 3, lines: 12_000, broken: null });
  });

  it('go on in a database that was restored into a younger cluster', async () => {
    await database.query('ALTER TABLE audit ALTER COLUMN position SET DEFAULT 1000000000');
    await database.query('UPDATE audit_clock SET ahead = 1000000000');
    for (const target of ['one', 'two']) await write(database, target);
    await seal();
    await database.query('ALTER TABLE audit ALTER COLUMN position SET DEFAULT (pg_current_xact_id()::text)::bigint');
    await database.query('UPDATE audit_clock SET ahead = 0');
    await seal();
    await write(database, 'three');
    await seal();
    expect(await verify()).toMatchObject({ lines: 3, broken: null });
  });
});

describe('the audit that was tampered with', () => {
  beforeEach(async () => {
    for (const part of [1, 2, 3]) {
      for (const line of [1, 2, 3]) await write(database, `${part}.${line}`);
      await seal();
    }
    expect(await verify()).toMatchObject({ seals: 3, lines: 9, broken: null });
  });

  it.each([
    ['a line was changed', "UPDATE audit SET target = 'another' WHERE target = '2.2'", 2],
    ['the time of a line was changed', "UPDATE audit SET at = at + interval '1 microsecond' WHERE target = '2.2'", 2],
    ['a line was taken away', "DELETE FROM audit WHERE target = '2.2'", 2],
    [
      'a line was put in between',
      "INSERT INTO audit (id, actor, action, position) SELECT 'aud_forged', actor, action, position FROM audit WHERE target = '2.2'",
      2,
    ],
    [
      'two lines changed places',
      "UPDATE audit SET target = '2.' || (5 - right(target, 1)::int) WHERE target IN ('2.2', '2.3')",
      2,
    ],
    ['a seal was taken away', 'DELETE FROM audit_seals WHERE number = 2', 2],
    ['a seal was made without the key', "UPDATE audit_seals SET digest = sha256('') WHERE number = 3", 3],
    ['all was taken away', 'DELETE FROM audit', 1],
  ])('shows where: %s', async (_, sql, number) => {
    await tamper(sql);
    await seal();
    expect(await verify()).toMatchObject({ broken: { number } });
  });

  it('shows by its head that its end was cut off', async () => {
    const { head } = await verify();
    await tamper('DELETE FROM audit_seals WHERE number = 3');
    await tamper("DELETE FROM audit WHERE target LIKE '3.%'");
    expect((await verify()).head).not.toBe(head);
  });

  it.each(['UPDATE audit_seals SET lines = 0', 'DELETE FROM audit_seals', 'TRUNCATE audit_seals'])(
    'is not made by "%s": the database refuses it',
    async (sql) => {
      await expect(database.query(sql)).rejects.toMatchObject({ cause: { message: expect.stringContaining('append-only') } });
    },
  );
});

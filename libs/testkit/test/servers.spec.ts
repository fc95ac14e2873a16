import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { startNats } from '../src/nats.ts';
import { type Postgres, startPostgres } from '../src/postgres.ts';

describe('a PostgreSQL of our own', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.stop());

  async function ask(url: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('gives each who asks a database of its own', async () => {
    const [first, second] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
    await ask(first, 'CREATE TABLE otters (name text)');
    await expect(ask(second, 'SELECT * FROM otters')).rejects.toThrow('does not exist');
  });

  it('keeps what was committed over an immediate stop', async () => {
    const url = await postgres.createDatabase();
    await ask(url, 'CREATE TABLE otters (name text)');
    await postgres.kill();
    await expect(ask(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.restart();
    expect(await ask(url, 'SELECT count(*)::int AS n FROM otters')).toEqual([{ n: 0 }]);
  });

  it('refuses a wrong password', async () => {
    await expect(ask(postgres.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow('password authentication failed');
  });
});

describe('a nats-server of our own', () => {
  it('is killed, wiped and started again on its port', async () => {
    const nats = await startNats();
    const { pid } = nats.server;
    await nats.kill();
    await nats.wipe();
    await nats.restart();
    expect(nats.server.pid).not.toBe(pid);
    await nats.stop();
    expect(nats.server.isRunning).toBe(false);
  });
});

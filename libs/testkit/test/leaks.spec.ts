import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';

import { findSecrets, secret } from '../src/canary.ts';
import { type Channel, EVIDENCE_VARIABLE, keepEvidence } from '../src/evidence.ts';
import { findLeaks } from '../src/leaks.ts';
import { startNats } from '../src/nats.ts';
import { startPostgres } from '../src/postgres.ts';

/** This test leaks on purpose, so it keeps its evidence apart from the run's. */
const ofTheRun = process.env[EVIDENCE_VARIABLE];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-leaks-'));
  process.env[EVIDENCE_VARIABLE] = folder;
});
afterEach(async () => {
  if (ofTheRun === undefined) delete process.env[EVIDENCE_VARIABLE];
  else process.env[EVIDENCE_VARIABLE] = ofTheRun;
  await rm(folder, { recursive: true });
});

function leaksOf(channel: Channel): string[] {
  const { leaks } = findLeaks(join(folder, channel));
  return leaks.map(({ around }) => around);
}

describe('a secret of a test', () => {
  const holt = secret('holt');

  it.each([
    ['plain', `password=${holt}`],
    ['plain', new URLSearchParams({ password: `${holt}&` }).toString()],
    ['hex', `\\x${Buffer.from(`{"password":"${holt}"}`).toString('hex')}`],
    ...['', 'o', 'ot'].map((before) => ['base64', Buffer.from(`${before}${holt}`).toString('base64')] as const),
    ...['', 'o', 'ot'].map((before) => ['base64', Buffer.from(`${before}${holt}`).toString('base64url')] as const),
    ['API key', `Bearer ott_${'0a'.repeat(34)}z`],
  ])('is seen %s', (shape, text) => {
    expect(findSecrets(Buffer.from(text))).toEqual([{ shape, at: expect.any(Number) }]);
  });

  it('is no other word', () => {
    expect(findSecrets(Buffer.from(`kanari ott_${'0a'.repeat(5)} ${Buffer.from('kanari').toString('base64')}`))).toEqual([]);
  });

  it('is found in a log and in metrics', async () => {
    keepEvidence('logs', 'a service').write(`{"msg":"${holt}"}\n`);
    keepEvidence('metrics', 'a service').write(`otters{name="${holt}"} 1\n`);
    expect(leaksOf('logs')).toEqual([expect.stringContaining(holt)]);
    expect(leaksOf('metrics')).toEqual([expect.stringContaining(holt)]);
  });

  it('is found in a database, also when its row is deleted or was never committed, and in what the server logs', async () => {
    const postgres = await startPostgres();
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query('CREATE TABLE otters (name text)');
    await client.query('BEGIN');
    await client.query('INSERT INTO otters VALUES ($1)', [secret('rolled back')]);
    await client.query('ROLLBACK');
    await client.query('INSERT INTO otters VALUES ($1)', [secret('deleted')]);
    await client.query('DELETE FROM otters');
    await client.query(`SELECT no_column AS ${secret('logged')}`).catch(() => undefined);
    await client.end();
    await postgres.stop();
    const leaks = leaksOf('database').join('\n');
    for (const name of ['rolled back', 'deleted']) expect(leaks).toContain(secret(name));
    expect(leaksOf('logs').join('\n')).toContain(secret('logged'));
  }, 60_000);

  it("is found on the bus, in payloads, headers and streams, but for the workers' own door", async () => {
    const nats = await startNats();
    const bus = await connect({ servers: nats.url });
    const named = headers();
    named.set('authorization', secret('header'));
    bus.publish('accounts.told', JSON.stringify({ password: secret('payload') }));
    bus.publish('accounts.told', '', { headers: named });
    bus.publish('otterpost.v1.tickets.open', '{}', { headers: named });
    bus.publish('otterpost.v1.tickets.open', secret('to workers'));
    await bus.flush();
    await store(bus, secret('stored'));
    await bus.close();
    await nats.stop();
    const leaks = leaksOf('bus');
    expect(leaks.filter((text) => text.includes(secret('header')))).toHaveLength(1);
    for (const name of ['payload', 'stored']) expect(leaks.join('\n')).toContain(secret(name));
    expect(leaks.join('\n')).not.toContain(secret('to workers'));
  }, 60_000);
});

/** Into a stream, by JetStream's own requests. */
async function store(bus: NatsConnection, text: string): Promise<void> {
  await bus.request('$JS.API.STREAM.CREATE.OTTERS', JSON.stringify({ name: 'OTTERS', subjects: ['otters'], storage: 'file' }));
  await bus.request('otters', text);
}

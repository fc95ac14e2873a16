import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Client, credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { openDatabase } from '@otterpost/postgres/database';

import { type Suite, startSuite } from '../tools/suite/suite.ts';

const PROTO = createRequire(import.meta.url).resolve('@otterpost/contracts/proto/otterpost/v1/accounts.proto');
const CANARIES = { password: 'kanari-pw-71', proxy: 'kanari-px-72', session: 'kanari-se-73', changed: 'kanari-ch-74' };

let folder: string;
let suite: Suite;
let spy: NatsConnection;
let grpc: Client;
let said = '';
let carried = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  const onOutput = (_: string, text: string): void => {
    said += text;
  };
  suite = await startSuite({ dataDir: folder, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'trace' }, onOutput });
  const url = new URL(suite.natsUrl);
  spy = await connect({ servers: url.host, user: url.username, pass: url.password });
  spy.subscribe('>', {
    callback: (_, message) => {
      carried += `${message.subject} ${message.string()}\n`;
    },
  });
  await spy.flush();
  const loaded = loadPackageDefinition(loadSync(PROTO, { keepCase: true, longs: Number })) as never as {
    otterpost: { v1: { AccountService: new (address: string, with_: unknown) => Client } };
  };
  grpc = new loaded.otterpost.v1.AccountService(`127.0.0.1:${suite.grpcPort}`, credentials.createInsecure());
}, 120_000);
afterAll(async () => {
  grpc?.close();
  await spy?.close();
  await suite?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

async function http<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function rpc<T>(method: string, message: object): Promise<T> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${suite.adminKey}`);
  const call = Reflect.get(grpc, method) as (
    message: object,
    metadata: Metadata,
    done: (error: unknown, answer: T) => void,
  ) => void;
  return new Promise((resolve, reject) => {
    call.call(grpc, message, metadata, (error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}

describe('the secrets of accounts', () => {
  it('reach who may have them over HTTP and gRPC', async () => {
    const { id: group } = await http<{ id: string }>('POST', 'account-groups', { name: 'Secrets', site: 'nike' });
    const proxy = `proxy.example:80:user:${CANARIES.proxy}`;
    await http('POST', `account-groups/${group}/accounts`, {
      accounts: [{ email: 'ada@otters.example', password: CANARIES.password, proxy }],
    });
    const { items } = await http<{ items: { id: string }[] }>('GET', `account-groups/${group}/accounts`);
    const id = items[0]?.id ?? '';
    expect(await http('GET', `accounts/${id}/secret`)).toMatchObject({ password: CANARIES.password });
    const lease = await rpc<{ id: string }>('LeaseAccount', { group_id: group, lease_for: 60 });
    expect(lease).toMatchObject({
      account: { id, password: CANARIES.password, proxy: `http://user:${CANARIES.proxy}@proxy.example:80` },
    });
    const session = JSON.stringify({ token: CANARIES.session });
    const saved = await rpc<{ etag: string }>('SaveSession', { id, session, lease: lease.id, if_none_match: '*' });
    expect(saved).toMatchObject({ status: 'saved', bytes: session.length });
    expect(await rpc('GetSession', { id, lease: lease.id })).toMatchObject({ session, state: { etag: saved.etag } });
    await expect(rpc('SaveSession', { id, session, if_match: '"other"' })).rejects.toMatchObject({ code: 10 });
    await expect(rpc('LeaseAccount', { group_id: group, lease_for: 60 })).rejects.toMatchObject({ code: 9 });
    expect(await rpc('RenewLease', { id: lease.id, lease_for: 600 })).toMatchObject({ account_id: id });
    expect(await rpc('ReleaseLease', { id: lease.id, cooldown: 0 })).toMatchObject({ ended_at: expect.any(String) });
    await expect(rpc('SaveSession', { id, session, lease: lease.id })).rejects.toMatchObject({ code: 9 });
    expect(await http('POST', `account-groups/${group}/lease`, { leaseFor: 60 })).toMatchObject({
      account: { session: { token: CANARIES.session } },
    });
    await http('PATCH', `accounts/${id}`, { password: CANARIES.changed });
    await http('PUT', `accounts/${id}/session?lease=no`, { token: CANARIES.session });
    await http('PUT', `accounts/${id}/session`, { cookies: [{ value: CANARIES.session }], origins: [] });
    await http('POST', `account-groups/${group}/accounts`, {
      accounts: [{ email: CANARIES.password, password: CANARIES.password }],
    });
  }, 60_000);

  it('stand in no log at trace level, no metrics, no message on the bus and no row of the database', async () => {
    const ports = suite.services.map(({ ports }) => ports.get('metrics'));
    const metrics = await Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));
    const database = await openDatabase({
      url: suite.databaseUrl,
      schema: 'accounts',
      entities: [],
      migrations: [],
      logger: { warn: () => undefined },
    });
    const tables = await database.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('accounts', 'tickets')",
    );
    let dump = '';
    for (const { name } of tables) {
      const rows = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      dump += rows.map(({ row }) => row).join('\n');
    }
    await database.close();
    const places = { said, carried, metrics: metrics.join('\n'), dump };
    // The test could not fail where nothing was seen.
    expect(said).toContain('accounts-service');
    expect(places.metrics).toContain('otterpost_gateway');
    expect(carried).toContain('accounts.leases.open');
    expect(dump).toContain('ada@otters.example');
    const found = Object.entries(places).flatMap(([place, text]) =>
      Object.values(CANARIES)
        .flatMap((canary) => [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64').slice(0, -4)])
        .filter((canary) => text.includes(canary))
        .map((canary) => `${place}: ${canary}`),
    );
    expect(found).toEqual([]);
  }, 60_000);
});

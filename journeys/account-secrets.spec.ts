import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Client, credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { openDatabase } from '@otterpost/postgres/database';
import { findSecrets, secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';

import type { Suite } from '../tools/suite/suite.ts';
import { metricsOf, startJourney } from './journey.ts';

const PROTO = createRequire(import.meta.url).resolve('@otterpost/contracts/proto/otterpost/v1/accounts.proto');
/** Codes are digits, and an API key has a form of its own: these hold no canary. */
const CODES = { mailed: '77310942', typed: '66420815', tried: '55310977' };
const USER = { name: 'master@otters.example', password: secret('mailbox') };

let folder: string;
let suite: Suite;
let spy: NatsConnection;
let grpc: Client;
let said = '';
let carried = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  suite = await startJourney({
    dataDir: folder,
    onOutput: (_, text) => {
      said += text;
    },
  });
  const url = new URL(suite.natsUrl);
  spy = await connect({ servers: url.host, user: url.username, pass: url.password });
  spy.subscribe('>', {
    callback: (_, message) => {
      // What workers are told at their own door holds their codes (CONTRACT, NATS).
      if (!message.subject.startsWith('otterpost.v1.')) carried += `${message.subject} ${message.string()}\n`;
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

async function importLines(query: string, lines: string): Promise<string> {
  const headers = { authorization: `Bearer ${suite.adminKey}`, 'content-type': 'text/plain' };
  const begun = await fetch(`${suite.url}/v1/imports?${query}`, { method: 'POST', headers, body: lines });
  const { id } = (await begun.json()) as { id: string };
  await eventually(async () => ((await http<{ status: string }>('GET', `imports/${id}`)).status === 'done' ? true : undefined));
  return id;
}

async function download(path: string): Promise<string> {
  const response = await fetch(`${suite.url}/v1/${path}`, { headers: { authorization: `Bearer ${suite.adminKey}` } });
  return response.text();
}

describe('the secrets of mailboxes, imports and keys, and codes', () => {
  it('are used for what they are there for', async () => {
    const server = await startImapServer({ users: [USER] });
    const smtp = { host: '127.0.0.1', port: 1, security: 'none', username: 'ada', password: secret('smtp') };
    const auth = { type: 'password', password: USER.password };
    const place = { host: server.host, port: server.port, security: 'none' };
    const { id } = await http<{ id: string }>('POST', 'mailboxes', { name: 'master', ...place, username: USER.name, auth, smtp });
    const proxied = { name: 'other', ...place, username: 'other', auth, proxy: `127.0.0.1:1:user:${secret('mailboxProxy')}` };
    const other = await http<{ id: string }>('POST', 'mailboxes', proxied);
    await http('PATCH', `mailboxes/${other.id}`, { auth: { type: 'password', password: secret('newMailbox') } });
    await eventually(async () =>
      (await http<{ connection: string }>('GET', `mailboxes/${id}`)).connection === 'connected' ? true : undefined,
    );

    const ticket = await http<{ id: string }>('POST', 'tickets', {
      site: 'riverbank.example',
      recipient: 'robot@otters.example',
    });
    const text = `Your verification code is ${CODES.mailed}`;
    server.deliver(USER.name, buildMail({ from: 'a@riverbank.example', to: 'robot@otters.example', subject: text, text }));
    expect(await http('GET', `tickets/${ticket.id}?wait=20`)).toMatchObject({ status: 'fulfilled', code: CODES.mailed });
    const typed = await http<{ id: string }>('POST', 'tickets', { site: 'riverbank.example', manual: true });
    expect(await http('POST', `tickets/${typed.id}/code`, { code: CODES.typed })).toMatchObject({ code: CODES.typed });
    expect(await http('POST', 'extractions', { text: `Your code is ${CODES.tried}` })).toMatchObject({ code: CODES.tried });
    await http('GET', 'codes');

    const { id: group } = await http<{ id: string }>('POST', 'account-groups', { name: 'Imported', site: 'nike' });
    const imported = await importLines(
      `groupId=${group}`,
      `a@otters.example:${secret('line')}:10.0.0.7:80:u:${secret('lineProxy')}\n${secret('rejectedLine')}:x\n`,
    );
    await importLines(`groupId=${group}&dryRun=true`, `b@otters.example:${secret('dryRun')}\n`);
    expect(await download(`imports/${imported}/rejected`)).toContain(secret('rejectedLine'));
    for (const format of ['json', 'csv', 'txt']) {
      expect(await download(`account-groups/${group}/export?format=${format}`)).toContain(secret('line'));
    }
    await importLines(`groupId=${group}`, `A@otters.example:${secret('lineAfter')}\n`);
    expect(await http('POST', `imports/${imported}/undo`)).toMatchObject({ status: 'undone' });
    const { key } = await http<{ key: string }>('POST', 'keys', { name: 'A worker', scope: 'worker' });
    await fetch(`${suite.url}/v1/tickets`, { headers: { authorization: `Bearer ${key}` } });
    await server.stop();
  }, 60_000);
});

describe('the secrets of accounts', () => {
  it('reach who may have them over HTTP and gRPC', async () => {
    const { id: group } = await http<{ id: string }>('POST', 'account-groups', { name: 'Secrets', site: 'nike' });
    const proxy = `proxy.example:80:user:${secret('proxy')}`;
    await http('POST', `account-groups/${group}/accounts`, {
      accounts: [{ email: 'ada@otters.example', password: secret('password'), proxy }],
    });
    const { items } = await http<{ items: { id: string }[] }>('GET', `account-groups/${group}/accounts`);
    const id = items[0]?.id ?? '';
    expect(await http('GET', `accounts/${id}/secret`)).toMatchObject({ password: secret('password') });
    const lease = await rpc<{ id: string }>('LeaseAccount', { group_id: group, lease_for: 60 });
    expect(lease).toMatchObject({
      account: { id, password: secret('password'), proxy: `http://user:${secret('proxy')}@proxy.example:80` },
    });
    const session = JSON.stringify({ token: secret('session') });
    const saved = await rpc<{ etag: string }>('SaveSession', { id, session, lease: lease.id, if_none_match: '*' });
    expect(saved).toMatchObject({ status: 'saved', bytes: session.length });
    expect(await rpc('GetSession', { id, lease: lease.id })).toMatchObject({ session, state: { etag: saved.etag } });
    await expect(rpc('SaveSession', { id, session, if_match: '"other"' })).rejects.toMatchObject({ code: 10 });
    await expect(rpc('LeaseAccount', { group_id: group, lease_for: 60 })).rejects.toMatchObject({ code: 9 });
    expect(await rpc('RenewLease', { id: lease.id, lease_for: 600 })).toMatchObject({ account_id: id });
    expect(await rpc('ReleaseLease', { id: lease.id, cooldown: 0 })).toMatchObject({ ended_at: expect.any(String) });
    await expect(rpc('SaveSession', { id, session, lease: lease.id })).rejects.toMatchObject({ code: 9 });
    expect(await http('POST', `account-groups/${group}/lease`, { leaseFor: 60 })).toMatchObject({
      account: { session: { token: secret('session') } },
    });
    await http('PATCH', `accounts/${id}`, { password: secret('changed') });
    await http('PUT', `accounts/${id}/session?lease=no`, { token: secret('session') });
    await http('PUT', `accounts/${id}/session`, { cookies: [{ value: secret('session') }], origins: [] });
    await http('POST', `account-groups/${group}/accounts`, {
      accounts: [{ email: secret('password'), password: secret('password') }],
    });
  }, 60_000);

  it('stand in no log at trace level, no metrics, no message on the bus and no row of the database', async () => {
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
    const places = { said, carried, metrics: await metricsOf(suite), dump };
    // The test could not fail where nothing was seen.
    expect(said).toContain('accounts-service');
    expect(places.metrics).toContain('otterpost_gateway');
    expect(carried).toContain('accounts.leases.open');
    expect(dump).toContain('ada@otters.example');
    const found = Object.entries(places).flatMap(([place, text]) =>
      findSecrets(Buffer.from(text), Object.values(CODES)).map(
        ({ shape, at }) => `${place}, ${shape}: ${text.slice(at, at + 40)}`,
      ),
    );
    expect(found).toEqual([]);
  }, 60_000);
});

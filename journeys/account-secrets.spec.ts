import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Client, credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { openDatabase } from '@otterpost/postgres/database';
import { eventually } from '@otterpost/testkit/eventually';
import { startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';

import { type Suite, startSuite } from '../tools/suite/suite.ts';

const PROTO = createRequire(import.meta.url).resolve('@otterpost/contracts/proto/otterpost/v1/accounts.proto');
/** One in each field that holds a secret, and in each code. */
const CANARIES: Record<string, string> = {
  ...{ password: 'kanari-pw-71', proxy: 'kanari-px-72', session: 'kanari-se-73', changed: 'kanari-ch-74' },
  ...{ mailbox: 'kanari-mb-75', smtp: 'kanari-sm-76', mailboxProxy: 'kanari-mp-77', newMailbox: 'kanari-nm-78' },
  ...{
    line: 'kanari-li-79',
    rejectedLine: 'kanari-rl-80',
    lineProxy: 'kanari-lp-81',
    dryRun: 'kanari-dr-82',
    lineAfter: 'kanari-la-83',
  },
  ...{ mailed: '77310942', typed: '66420815', tried: '55310977' },
};
const USER = { name: 'master@otters.example', password: CANARIES.mailbox ?? '' };

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

/** As it is, in hex, and in base64 wherever in a longer text it began: only the characters that its neighbours have no part in. */
function shapesOf(canary: string): string[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + canary.length) * 8) / 6);
    return Buffer.from(`${'.'.repeat(offset)}${canary}`)
      .toString('base64')
      .slice(from, to);
  });
  return [canary, Buffer.from(canary).toString('hex'), ...inBase64];
}

describe('the secrets of mailboxes, imports and keys, and codes', () => {
  it('are used for what they are there for', async () => {
    const server = await startImapServer({ users: [USER] });
    const smtp = { host: '127.0.0.1', port: 1, security: 'none', username: 'ada', password: CANARIES.smtp };
    const auth = { type: 'password', password: USER.password };
    const place = { host: server.host, port: server.port, security: 'none' };
    const { id } = await http<{ id: string }>('POST', 'mailboxes', { name: 'master', ...place, username: USER.name, auth, smtp });
    const proxied = { name: 'other', ...place, username: 'other', auth, proxy: `127.0.0.1:1:user:${CANARIES.mailboxProxy}` };
    const other = await http<{ id: string }>('POST', 'mailboxes', proxied);
    await http('PATCH', `mailboxes/${other.id}`, { auth: { type: 'password', password: CANARIES.newMailbox } });
    await eventually(async () =>
      (await http<{ connection: string }>('GET', `mailboxes/${id}`)).connection === 'connected' ? true : undefined,
    );

    const ticket = await http<{ id: string }>('POST', 'tickets', {
      site: 'riverbank.example',
      recipient: 'robot@otters.example',
    });
    const text = `Your verification code is ${CANARIES.mailed}`;
    server.deliver(USER.name, buildMail({ from: 'a@riverbank.example', to: 'robot@otters.example', subject: text, text }));
    expect(await http('GET', `tickets/${ticket.id}?wait=20`)).toMatchObject({ status: 'fulfilled', code: CANARIES.mailed });
    const typed = await http<{ id: string }>('POST', 'tickets', { site: 'riverbank.example', manual: true });
    expect(await http('POST', `tickets/${typed.id}/code`, { code: CANARIES.typed })).toMatchObject({ code: CANARIES.typed });
    expect(await http('POST', 'extractions', { text: `Your code is ${CANARIES.tried}` })).toMatchObject({ code: CANARIES.tried });
    await http('GET', 'codes');

    const { id: group } = await http<{ id: string }>('POST', 'account-groups', { name: 'Imported', site: 'nike' });
    const imported = await importLines(
      `groupId=${group}`,
      `a@otters.example:${CANARIES.line}:10.0.0.7:80:u:${CANARIES.lineProxy}\n${CANARIES.rejectedLine}:x\n`,
    );
    await importLines(`groupId=${group}&dryRun=true`, `b@otters.example:${CANARIES.dryRun}\n`);
    expect(await download(`imports/${imported}/rejected`)).toContain(CANARIES.rejectedLine);
    for (const format of ['json', 'csv', 'txt']) {
      expect(await download(`account-groups/${group}/export?format=${format}`)).toContain(CANARIES.line);
    }
    await importLines(`groupId=${group}`, `A@otters.example:${CANARIES.lineAfter}\n`);
    expect(await http('POST', `imports/${imported}/undo`)).toMatchObject({ status: 'undone' });
    const { key } = await http<{ key: string }>('POST', 'keys', { name: 'A worker', scope: 'worker' });
    CANARIES.key = key;
    await fetch(`${suite.url}/v1/tickets`, { headers: { authorization: `Bearer ${key}` } });
    await server.stop();
  }, 60_000);
});

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
        .flatMap(shapesOf)
        .filter((canary) => text.includes(canary))
        .map((canary) => `${place}: ${canary}`),
    );
    expect(found).toEqual([]);
  }, 60_000);
});

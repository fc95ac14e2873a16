import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { type Client, credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, headers as newHeaders } from '@nats-io/transport-node';
import { Otterpost } from '@otterpost/client';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';

import { addMailbox } from '../tools/demo/show.ts';
import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const USER = { name: 'master@otters.example', password: secret('holt') };
const SITE = 'riverbank.example';
const CLI = fileURLToPath(new URL('../libs/client/bin/otterpost.mjs', import.meta.url));
const PROTO = createRequire(import.meta.url).resolve('@otterpost/contracts/proto/otterpost/v1/tickets.proto');

let folder: string;
let suite: Suite;
let server: ImapServer;
let otterpost: Otterpost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  server = await startImapServer({ users: [USER] });
  suite = await startJourney({ dataDir: folder });
  const auth = { type: 'password', password: USER.password };
  const mailbox = { name: 'master', host: server.host, port: server.port, security: 'none', username: USER.name, auth };
  await addMailbox({ url: suite.url, key: suite.adminKey }, mailbox, 20_000);
  otterpost = new Otterpost({ url: suite.url, key: suite.adminKey });
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

/** The mail comes once the ticket for it is open, as from a site that was asked for a code. */
async function mailWhenAsked(recipient: string, code: string): Promise<void> {
  await eventually(async () => {
    const { items } = await otterpost.tickets.list({ status: 'open', limit: 500 });
    return items.some((ticket) => ticket.recipient === recipient) || undefined;
  });
  const text = `Your verification code is ${code}.`;
  server.deliver(USER.name, buildMail({ from: `no-reply@${SITE}`, to: recipient, subject: 'Your code', text }));
}

describe('a mailed code reaches a worker', () => {
  it('that uses the client', async () => {
    const recipient = 'client@otters.example';
    const code = otterpost.tickets.open({ site: SITE, recipient }).code({ timeout: 30_000 });
    await mailWhenAsked(recipient, '482911');
    expect(await code).toBe('482911');
  }, 60_000);

  it('that is a shell script with the command line', async () => {
    const recipient = 'script@otters.example';
    const env = { ...process.env, OTTER_URL: suite.url, OTTER_KEY: suite.adminKey };
    const running = promisify(execFile)(process.execPath, [CLI, 'code', SITE, recipient, '--timeout', '30'], { env });
    await mailWhenAsked(recipient, '482912');
    expect((await running).stdout).toBe('482912\n');
  }, 60_000);

  it('that lives on the bus, with the rights of a worker and no more', async () => {
    const recipient = 'bus@otters.example';
    const url = new URL((await readFile(join(folder, 'worker.nats'), 'utf8')).trim());
    const worker = await connect({ servers: url.host, user: url.username, pass: url.password, inboxPrefix: '_INBOX_worker' });
    const headers = newHeaders();
    headers.set('Authorization', `Bearer ${suite.adminKey}`);
    const body = JSON.stringify({ site: SITE, recipient, wait: 30 });
    const asked = worker.request('otterpost.v1.tickets.open', body, { headers, timeout: 35_000 });
    await mailWhenAsked(recipient, '482913');
    expect((await asked).json()).toMatchObject({ status: 'fulfilled', code: '482913' });
    await expect(worker.request('$JS.API.STREAM.NAMES', '', { timeout: 1000 })).rejects.toThrow(/[Pp]ermissions/);
    await worker.close();
  }, 60_000);

  it('that speaks gRPC', async () => {
    const recipient = 'grpc@otters.example';
    const { otterpost: definition } = loadPackageDefinition(loadSync(PROTO, { keepCase: true, defaults: false })) as unknown as {
      otterpost: {
        v1: { TicketService: new (address: string, with_: unknown) => Client & Record<string, (...args: unknown[]) => unknown> };
      };
    };
    const stub = new definition.v1.TicketService(`127.0.0.1:${suite.grpcPort}`, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${suite.adminKey}`);
    const ticket = new Promise((resolve, reject) => {
      const answer = (error: Error | null, reply: unknown): void => (error === null ? resolve(reply) : reject(error));
      stub.OpenTicket?.({ site: SITE, recipient, wait_seconds: 30 }, metadata, answer);
    });
    await mailWhenAsked(recipient, '482914');
    expect(await ticket).toMatchObject({ status: 'fulfilled', code: '482914' });
    stub.close();
  }, 60_000);
});

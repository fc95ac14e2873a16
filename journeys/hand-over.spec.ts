import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';

import { addMailbox } from '../tools/demo/show.ts';
import { type Door, waitForCode } from '../tools/demo/worker.ts';
import type { ServiceProcess } from '../tools/suite/service-process.ts';
import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const USER = { name: 'master@otters.example', password: secret('holt') };
const REFUSALS = 1000;

let folder: string;
let suite: Suite;
let server: ImapServer;
let door: Door;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  server = await startImapServer({ users: [USER] });
  suite = await startJourney({
    dataDir: folder,
    replicas: { 'imap-ingestor': 2 },
    env: { OTTERPOST_HAND_OVER_SECONDS: '60' },
  });
  door = { url: suite.url, key: suite.adminKey };
  const auth = { type: 'password', password: USER.password };
  const place = { host: server.host, port: server.port, security: 'none' };
  await addMailbox(door, { name: 'master', ...place, username: USER.name, auth }, 20_000);
}, 120_000);

afterAll(async () => {
  await suite?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

/** The ingestor that holds the one mailbox, by its own metrics. */
async function findOwner(): Promise<ServiceProcess> {
  for (const service of suite.services.filter(({ name }) => name === 'imap-ingestor')) {
    const metrics = await (await fetch(`http://127.0.0.1:${service.ports.get('metrics')}/metrics`)).text();
    if (/^otterpost_ingestor_mailboxes 1$/m.test(metrics)) return service;
  }
  throw new Error('nobody holds the mailbox');
}

/** What a worker gets for this code's mail. */
async function exchange(recipient: string, code: string): Promise<string | undefined> {
  const ticket = await waitForCode(door, { site: 'riverbank.example', recipient, expiresIn: 60 }, () => {
    const text = `Your verification code is ${code}.`;
    server.deliver(USER.name, buildMail({ from: 'no-reply@riverbank.example', to: recipient, subject: 'Your code', text }));
  });
  return ticket.code;
}

describe('an ingestor that is told to stop', () => {
  it('watches on until another is connected to its mailbox, and then ends', async () => {
    const owner = await findOwner();
    const { pid } = owner;
    const calm = server.misbehave({ at: 'login', how: 'no', text: '[UNAVAILABLE] later', times: REFUSALS });
    const { logins } = server;
    owner.kill('SIGTERM');
    // The other one has tried to connect, and could not.
    await eventually(() => server.faultsDue < REFUSALS || undefined);
    expect(await exchange('first@otters.example', '482913')).toBe('482913');
    expect(server.logins).toBe(logins);
    calm();
    await eventually(() => owner.pid !== pid || undefined, { timeoutMs: 60_000 });
    expect(await exchange('second@otters.example', '482914')).toBe('482914');
  }, 120_000);
});

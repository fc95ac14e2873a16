import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secret } from '@otterpost/testkit/canary';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';

import { addMailbox } from '../tools/demo/show.ts';
import { call, type Door, type Wish, waitForCode } from '../tools/demo/worker.ts';
import { SERVICES, type Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const USER = { name: 'master@otters.example', password: secret('holt') };
const TICKETS = 15;
/** While a service is killed and comes back, mails keep coming. */
const BETWEEN_MAILS_MS = 150;

let folder: string;
let suite: Suite;
let server: ImapServer;
let door: Door;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  server = await startImapServer({ users: [USER] });
  suite = await startJourney({ dataDir: folder });
  door = { url: suite.url, key: suite.adminKey };
  const auth = { type: 'password', password: USER.password };
  await addMailbox(
    door,
    { name: 'master', host: server.host, port: server.port, security: 'none', username: USER.name, auth },
    20_000,
  );
}, 120_000);

afterAll(async () => {
  await suite?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

/** Opens a ticket for each recipient, then delivers their mails one after the other; `meanwhile` happens after the third. */
async function run(site: string, meanwhile: () => void): Promise<{ sent: string[]; got: (string | undefined)[] }> {
  const wishes = Array.from({ length: TICKETS }, (_, at) => ({
    recipient: `robot${at}@otters.example`,
    code: String(100_000 + at * 7919),
  }));
  const waiting = await Promise.all(wishes.map(({ recipient }) => openThenWait({ site, recipient, expiresIn: 120 })));
  for (const [at, { recipient, code }] of wishes.entries()) {
    const text = `Your verification code is ${code}.`;
    server.deliver(USER.name, buildMail({ from: `no-reply@${site}`, to: recipient, subject: 'Your code', text }));
    if (at === 2) meanwhile();
    await sleep(BETWEEN_MAILS_MS);
  }
  return { sent: wishes.map(({ code }) => code), got: await Promise.all(waiting.map(({ code }) => code)) };
}

/** Comes back when the ticket is open; its code comes later. */
function openThenWait(wish: Wish): Promise<{ code: Promise<string | undefined> }> {
  return new Promise((resolve, reject) => {
    const code: Promise<string | undefined> = waitForCode(door, wish, () => resolve({ code })).then((ticket) => ticket.code);
    code.catch(reject);
  });
}

describe('kill -9 of one service while mails come', () => {
  it.each(SERVICES)(
    '%s: every worker gets its own code, none is lost, none is given twice',
    async (name) => {
      const site = `${name}.example`;
      const before = suite.services.find((service) => service.name === name)?.restarts ?? 0;
      const { sent, got } = await run(site, () => suite.kill(name, 'SIGKILL'));
      expect(got).toEqual(sent);
      expect(suite.services.find((service) => service.name === name)?.restarts).toBeGreaterThan(before);
      const { items } = (await call(door, 'GET', `/v1/tickets?site=${site}&limit=500`)) as { items: { code: string }[] };
      expect(items.map(({ code }) => code).sort()).toEqual([...sent].sort());
    },
    120_000,
  );
});

describe('an unclean end of what the suite stands on, while mails come', () => {
  it.each([
    ['nats-server', () => suite.nats?.kill()],
    ['PostgreSQL', () => suite.postgres?.kill()],
  ])(
    '%s: every worker gets its own code',
    async (name, kill) => {
      let killing: Promise<void> | undefined;
      const { sent, got } = await run(`${name.toLowerCase()}.example`, () => {
        killing = kill();
      });
      await killing;
      expect(got).toEqual(sent);
    },
    120_000,
  );
});

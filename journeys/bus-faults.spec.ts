import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Otterpost } from '@otterpost/client';
import { secret } from '@otterpost/testkit/canary';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import { addMailbox } from '../tools/demo/show.ts';
import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const USER = { name: 'master@otters.example', password: secret('holt') };
const MAILS = 40;
const BETWEEN_MAILS_MS = 50;
/** Longer than pings take to notice it (8 s). */
const FROZEN_MS = 12_000;

let folder: string;
let nats: Nats;
let suite: Suite;
let server: ImapServer;
let otterpost: Otterpost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  nats = await startNats();
  server = await startImapServer({ users: [USER] });
  suite = await startJourney({ dataDir: folder, natsUrl: nats.url });
  const auth = { type: 'password', password: USER.password };
  const mailbox = { name: 'master', host: server.host, port: server.port, security: 'none', username: USER.name, auth };
  await addMailbox({ url: suite.url, key: suite.adminKey }, mailbox, 20_000);
  otterpost = new Otterpost({ url: suite.url, key: suite.adminKey });
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await nats?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** A ticket for each mail, then the mails one after the other; the fault strikes while they come. */
async function codesThrough(site: string, fault: () => Promise<void>): Promise<{ sent: string[]; got: string[] }> {
  const mails = Array.from({ length: MAILS }, (_, at) => ({
    recipient: `robot${at}@${site}`,
    code: String(100_000 + at * 7919),
  }));
  const tickets = await Promise.all(mails.map(({ recipient }) => otterpost.tickets.open({ site, recipient, expiresIn: 600 })));
  const waiting = tickets.map((ticket) => ticket.code({ timeout: 120_000 }));
  let striking: Promise<void> = Promise.resolve();
  for (const [at, { recipient, code }] of mails.entries()) {
    const text = `Your verification code is ${code}.`;
    server.deliver(USER.name, buildMail({ from: `no-reply@${site}`, to: recipient, subject: 'Your code', text }));
    if (at === MAILS / 4) striking = fault();
    await sleep(BETWEEN_MAILS_MS);
  }
  await striking;
  return { sent: mails.map(({ code }) => code), got: await Promise.all(waiting) };
}

describe('while mails come', () => {
  it('a NATS server whose store is wiped loses no code', async () => {
    const { sent, got } = await codesThrough('wiped.example', async () => {
      await nats.kill();
      await nats.wipe();
      await nats.restart();
    });
    expect(got).toEqual(sent);
  }, 180_000);

  it('a NATS server whose store is wiped with unread mails in it loses no code: the mailbox is the log', async () => {
    const { sent, got } = await codesThrough('unread.example', async () => {
      suite.kill('code-extractor', 'SIGSTOP');
      await sleep(20 * BETWEEN_MAILS_MS);
      await nats.kill();
      await nats.wipe();
      // With it goes what it had pulled already: only the ledger knows of these mails now.
      suite.kill('code-extractor', 'SIGKILL');
      await nats.restart();
    });
    expect(got).toEqual(sent);
  }, 180_000);

  it('a NATS server that freezes delays, and loses no code', async () => {
    const { sent, got } = await codesThrough('frozen.example', async () => {
      nats.freeze();
      await sleep(FROZEN_MS);
      nats.thaw();
    });
    expect(got).toEqual(sent);
  }, 180_000);
});

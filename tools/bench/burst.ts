import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';

import { addMailbox } from '../demo/show.ts';
import { type Door, waitForCode } from '../demo/worker.ts';
import { startSuite } from '../suite/suite.ts';
import { type BareListener, listenBare } from './bare-listener.ts';
import type { Figures } from './figures.ts';
import { mailWith, ratios, summary } from './floor.ts';

const MAILBOXES = 20;
const MAILS = 500;
/** The first warms up. */
const ROUNDS = 4;
const SETTLE_MS = 2000;
const PASSWORD = 'holt-0451';

const userOf = (kind: 'suite' | 'bare', at: number): { name: string; password: string } => ({
  name: `${kind}${at % MAILBOXES}@otters.example`,
  password: PASSWORD,
});

/**
 * Five hundred mails at once over twenty mailboxes, a worker waiting for each: from each mail's EXISTS to its worker's answer, and in
 * the same run, turn by turn, to the code read by one of twenty bare listeners.
 */
export async function benchBurst(): Promise<Figures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'otterpost-bench-'));
  const mailboxes = Array.from({ length: MAILBOXES }, (_, at) => at);
  const server = await startImapServer({ users: mailboxes.flatMap((at) => [userOf('suite', at), userOf('bare', at)]) });
  const suite = await startSuite({ dataDir: folder, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'warn' } });
  try {
    const door = { url: suite.url, key: suite.adminKey };
    for (const at of mailboxes) await addSuiteMailbox(door, server, at);
    const bare = await Promise.all(mailboxes.map((at) => listenBare(server, userOf('bare', at))));
    const times: Record<'suite' | 'bare', number[]> = { suite: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const codes = Array.from({ length: MAILS }, (_, at) => String(100_000 + round * MAILS + at));
      const ours = await throughSuite(door, server, codes);
      await sleep(SETTLE_MS);
      const floor = await throughBare(bare, server, codes);
      await sleep(SETTLE_MS);
      if (round === 0) continue;
      times.suite.push(...ours);
      times.bare.push(...floor);
    }
    const [floor, ours] = [summary(times.bare), summary(times.suite)];
    const what = `${MAILS} mails at once over ${MAILBOXES} mailboxes`;
    return [
      { what: `bare, ${what}`, ...floor },
      { what: `suite, ${what}`, ...ours },
      { what: `suite / bare, ${what}`, ...ratios(ours, floor) },
    ];
  } finally {
    await suite.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function addSuiteMailbox(door: Door, server: ImapServer, at: number): Promise<void> {
  const { name, password } = userOf('suite', at);
  const auth = { type: 'password', password };
  await addMailbox(door, { name, host: server.host, port: server.port, security: 'none', username: name, auth }, 20_000);
}

/** A worker waits for each before the first mail comes. */
async function throughSuite(door: Door, server: ImapServer, codes: readonly string[]): Promise<number[]> {
  const recipientOf = (code: string): string => `robot${code}@otters.example`;
  const workers = codes.map((code) => {
    const opened = Promise.withResolvers<void>();
    const wish = { site: 'riverbank.example', recipient: recipientOf(code) };
    const answered = waitForCode(door, wish, () => opened.resolve()).then((ticket) => {
      if (ticket.code !== code) throw new Error(`a worker got ${ticket.code} instead of ${code}`);
      return performance.timeOrigin + performance.now();
    });
    answered.catch(opened.reject);
    return { opened: opened.promise, answered };
  });
  await Promise.all(workers.map(({ opened }) => opened));
  // Each asks once more to be held.
  await sleep(SETTLE_MS);
  const existsAt = codes.map((code, at) => server.deliver(userOf('suite', at).name, mailWith(code, recipientOf(code))).existsAt);
  const answered = await Promise.all(workers.map(({ answered }) => answered));
  return answered.map((at, index) => at - (existsAt[index] ?? Number.NaN));
}

async function throughBare(bare: readonly BareListener[], server: ImapServer, codes: readonly string[]): Promise<number[]> {
  const reads = codes.map((code, at) => bare[at % MAILBOXES]?.read(code));
  const existsAt = codes.map((code, at) => {
    const { name } = userOf('bare', at);
    return server.deliver(name, mailWith(code, name)).existsAt;
  });
  return Promise.all(reads.map(async (read, at) => ((await read) ?? Number.NaN) - (existsAt[at] ?? Number.NaN)));
}

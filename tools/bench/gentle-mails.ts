import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ticket } from '@otterpost/contracts/tickets';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';

import { addMailbox } from '../demo/show.ts';
import { type Door, waitForCode } from '../demo/worker.ts';
import { startSuite } from '../suite/suite.ts';
import { type BareListener, listenBare } from './bare-listener.ts';
import type { Figures } from './figures.ts';
import { mailWith, ratios, summary } from './floor.ts';

const MAILS = 200;
const WARM_UP = 40;
const PAUSE_MS = 40;
const USERS = {
  suite: { name: 'suite@otters.example', password: 'holt-0451' },
  bare: { name: 'bare@otters.example', password: 'holt-0451' },
};

/**
 * From the server's EXISTS to the worker's answer, one mail at a time: the whole suite on this machine, and in the same run, turn by
 * turn, the least that could do it, an imapflow listener with mailparser and a regular expression.
 */
export async function benchGentleMails(): Promise<Figures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'otterpost-bench-'));
  const server = await startImapServer({ users: Object.values(USERS) });
  const suite = await startSuite({ dataDir: folder, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'warn' } });
  try {
    const door = { url: suite.url, key: suite.adminKey };
    const auth = { type: 'password', password: USERS.suite.password };
    const mailbox = { name: 'bench', host: server.host, port: server.port, security: 'none', username: USERS.suite.name, auth };
    await addMailbox(door, mailbox, 20_000);
    const bare = await listenBare(server, USERS.bare);
    const times: Record<'suite' | 'bare', number[]> = { suite: [], bare: [] };
    const hops = new Map<string, number[]>();
    for (let at = 0; at < WARM_UP + MAILS; at++) {
      const code = String(100_000 + at * 7);
      const { ms: suiteMs, way } = await throughSuite(door, server, code);
      const bareMs = await throughBare(bare, server, code);
      if (at >= WARM_UP) {
        times.suite.push(suiteMs);
        times.bare.push(bareMs);
        for (const [hop, ms] of way) hops.set(hop, [...(hops.get(hop) ?? []), ms]);
      }
      await sleep(PAUSE_MS);
    }
    const [floor, ours] = [summary(times.bare), summary(times.suite)];
    return [
      { what: 'bare', ...floor },
      { what: 'suite', ...ours },
      { what: 'suite / bare', ...ratios(ours, floor) },
      ...[...hops].map(([hop, ms]) => ({ what: `suite: to ${hop}, on average`, p50: mean(ms) })),
    ];
  } finally {
    await suite.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function throughBare(bare: BareListener, server: ImapServer, code: string): Promise<number> {
  const read = bare.read(code);
  const { existsAt } = server.deliver(USERS.bare.name, mailWith(code, USERS.bare.name));
  return (await read) - existsAt;
}

async function throughSuite(
  door: Door,
  server: ImapServer,
  code: string,
): Promise<{ ms: number; way: [hop: string, ms: number][] }> {
  const recipient = `robot${code}@otters.example`;
  const { answer } = await new Promise<{ answer: Promise<Arrival> }>((resolve, reject) => {
    const answer: Promise<Arrival> = waitForCode(door, { site: 'riverbank.example', recipient }, () => resolve({ answer })).then(
      (ticket) => ({ ticket, at: performance.timeOrigin + performance.now() }),
    );
    answer.catch(reject);
  });
  // The worker asks once more to be held; until then nothing is timed.
  await sleep(PAUSE_MS);
  const { existsAt } = server.deliver(USERS.suite.name, mailWith(code, recipient));
  const got = await answer;
  if (got.ticket.code !== code) throw new Error(`the worker got ${got.ticket.code} instead of ${code}`);
  return { ms: got.at - existsAt, way: wayOf(got, existsAt) };
}

interface Arrival {
  readonly ticket: Ticket;
  readonly at: number;
}

/** The milliseconds of each hop; receipts tell whole ones, so that only their mean over many mails says something. */
function wayOf({ ticket: { receipt }, at }: Arrival, existsAt: number): [hop: string, ms: number][] {
  if (receipt === undefined) throw new Error('a ticket came without its receipt');
  let before = existsAt;
  return [
    ...(['noticedAt', 'fetchedAt', 'publishedAt', 'extractedAt', 'assignedAt'] as const).map((hop): [string, number] => [
      hop,
      Date.parse(receipt[hop] ?? ''),
    ]),
    ['the worker', at] satisfies [string, number],
  ].map(([hop, time]) => {
    const ms = time - before;
    before = time;
    return [hop, ms];
  });
}

function mean(values: readonly number[]): number {
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2));
}

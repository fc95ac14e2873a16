import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { mailReceived } from '@otterpost/contracts/mail-events';
import { type Bus, connectBus } from '@otterpost/messaging/connection';
import { type Dovecot, startDovecot } from '@otterpost/testkit/dovecot';
import { buildMail } from '@otterpost/testkit/mail';

import { addMailbox } from '../demo/show.ts';
import { startSuite } from '../suite/suite.ts';
import { connectBare } from './bare-listener.ts';
import type { Figures } from './figures.ts';

const MAILS = 100;
const WARM_UP = 20;
const PAUSE_MS = 30;
/** A mail that was noticed without its EXISTS line, by a second look, is not timed. */
const LINE_DEADLINE_MS = 5000;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const USERS = {
  suite: { name: 'suite@otters.example', password: 'holt-0451' },
  bare: { name: 'bare@otters.example', password: 'holt-0451' },
};

/**
 * From the server's EXISTS line, as it passes on the wire, to the stream's acknowledgement of `mail.received`; in the same run, turn by
 * turn, a bare imapflow listener from its EXISTS line to the fetched source. Dovecot holds the line back for 500 ms: what lies
 * before it is not counted.
 */
export async function benchNoticing(): Promise<Figures[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'otterpost-bench-'));
  const dovecot = await startDovecot({ users: Object.values(USERS) });
  const suite = await startSuite({ dataDir, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'warn' } });
  const taps = { suite: await startTap(dovecot.port), bare: await startTap(dovecot.port) };
  const bus = await connectBus({ servers: suite.natsUrl, name: 'bench', logger: quiet });
  try {
    const auth = { type: 'password', password: USERS.suite.password };
    const place = { host: '127.0.0.1', port: taps.suite.port, security: 'none', username: USERS.suite.name };
    await addMailbox({ url: suite.url, key: suite.adminKey }, { name: 'bench', ...place, auth, folders: ['INBOX'] }, 20_000);
    const acknowledged = listenForAcknowledgements(bus);
    const bare = await listenBare(taps.bare.port);
    const times: Record<'suite' | 'bare', number[]> = { suite: [], bare: [] };
    for (let at = 0; at < WARM_UP + MAILS; at++) {
      const suiteMs = await timeOne(dovecot, USERS.suite.name, at, taps.suite, acknowledged());
      const bareMs = await timeOne(dovecot, USERS.bare.name, at, taps.bare, bare());
      if (at >= WARM_UP && suiteMs !== undefined) times.suite.push(suiteMs);
      if (at >= WARM_UP && bareMs !== undefined) times.bare.push(bareMs);
      await sleep(PAUSE_MS);
    }
    const [ours, floor] = [summary(times.suite), summary(times.bare)];
    return [
      { what: 'EXISTS → source, bare imapflow', ...floor },
      { what: 'EXISTS → mail.received acknowledged', ...ours },
      { what: 'ratio', 'p50 ms': round(ours['p50 ms'] / floor['p50 ms']), 'p99 ms': round(ours['p99 ms'] / floor['p99 ms']) },
    ];
  } finally {
    await bus.drain();
    await suite.stop();
    for (const tap of Object.values(taps)) tap.stop();
    await dovecot.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function timeOne(
  dovecot: Dovecot,
  user: string,
  at: number,
  tap: Tap,
  arrived: Promise<number>,
): Promise<number | undefined> {
  const both = Promise.all([tap.nextExists(), arrived]);
  const text = `Hi,\n\nYour verification code is ${100_000 + at}.\n\nIt expires in 10 minutes.\n`;
  await dovecot.deliver(user, buildMail({ from: 'no-reply@riverbank.example', to: user, subject: 'Your sign-in code', text }));
  const seen = await Promise.race([both, sleep(LINE_DEADLINE_MS)]);
  return seen === undefined ? undefined : seen[1] - seen[0];
}

interface Tap {
  readonly port: number;
  /** When the next EXISTS line passes to the client. */
  nextExists(): Promise<number>;
  stop(): void;
}

/** Stands between a client and the server, and sees what passes in plain text. */
async function startTap(to: number): Promise<Tap> {
  let onExists: (at: number) => void = () => undefined;
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
    }
    client.pipe(upstream).pipe(client);
    upstream.on('data', (chunk) => {
      if (/^\* \d+ EXISTS\r$/m.test(chunk.toString('latin1'))) onExists(performance.now());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    nextExists: () =>
      new Promise((resolve) => {
        onExists = resolve;
      }),
    stop: () => void server.close(),
  };
}

/** Hears each `mail.received` and the stream's answer to its publisher; gives a wait for the next. */
function listenForAcknowledgements({ connection }: Bus): () => Promise<number> {
  let inbox: string | undefined;
  let onAcknowledged: (at: number) => void = () => undefined;
  connection.subscribe(mailReceived.subject, {
    callback: (_, message) => {
      inbox = message.reply;
    },
  });
  connection.subscribe('_INBOX.>', {
    callback: (_, { subject }) => {
      if (subject === inbox) onAcknowledged(performance.now());
    },
  });
  return () =>
    new Promise((resolve) => {
      onAcknowledged = resolve;
    });
}

/** Idles; on EXISTS fetches the source of what came. */
async function listenBare(port: number): Promise<() => Promise<number>> {
  const client = await connectBare(port, USERS.bare);
  let next = 1;
  let onSource: (at: number) => void = () => undefined;
  client.on('exists', async () => {
    const mail = await client.fetchOne(`${next}:*`, { uid: true, source: true }, { uid: true });
    if (mail === false || mail?.source === undefined) return;
    onSource(performance.now());
    next = mail.uid + 1;
    void client.idle();
  });
  void client.idle();
  return () =>
    new Promise((resolve) => {
      onSource = resolve;
    });
}

function summary(values: readonly number[]): { mails: number; 'p50 ms': number; 'p90 ms': number; 'p99 ms': number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
  return { mails: values.length, 'p50 ms': at(0.5), 'p90 ms': at(0.9), 'p99 ms': at(0.99) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { newId } from '@otterpost/contracts/ids';
import { connectBus } from '@otterpost/messaging/connection';
import { createPublisher, type EventPublisher } from '@otterpost/messaging/publish';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';

import { type Suite, startSuite } from '../suite/suite.ts';
import { type Figures, quantile } from './figures.ts';
import { publishCode } from './publish-code.ts';

const HELD = [1, 1000, 10_000];
const CODES_PER_SECOND = 200;
const MOST_CODES = 2000;
/** The first requests of a process pay for its compiler. */
const WARM_UP = 100;
const ROUNDS = 300;
/** Tickets that are opened side by side while the load is built up. */
const OPENED_AT_ONCE = 50;
/** Codes of one site are handed out one after the other; an installation has many. */
const SITES = 50;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let opening = 0;

/**
 * From the moment a mail's reading is published to the worker's answer, with so many tickets held by long polls at one gateway, and at two.
 * Services, servers, publisher and workers share this machine.
 */
export async function benchTickets(): Promise<Figures[]> {
  const rows: Figures[] = [];
  for (const held of HELD) rows.push(await measure(held, 1));
  rows.push(await measure(Math.max(...HELD), 2));
  return rows;
}

async function measure(held: number, gateways: number): Promise<Figures> {
  const dataDir = mkdtempSync(join(tmpdir(), 'otterpost-bench-'));
  const env = { OTTERPOST_LOG_LEVEL: 'warn' };
  const suite = await startSuite({ dataDir, httpPort: 0, grpcPort: 0, replicas: { gateway: gateways }, env });
  const bus = await connectBus({ servers: suite.natsUrl, name: 'bench', logger: quiet });
  const ring = parseKeyRing(readFileSync(join(dataDir, 'keys', 'master.keys'), 'utf8').trim());
  const publisher = createPublisher(bus, payloadSealer(ring));
  const agent = new Agent({ keepAlive: false });
  try {
    await oneByOne(suite, publisher, agent, WARM_UP);
    if (held === 1)
      return { held, gateways, ...summary(await oneByOne(suite, publisher, agent, ROUNDS)), 'codes/s': '-', 'KiB a ticket': '-' };
    const before = residentKib(suite);
    const arrivals = await holdTickets(suite, agent, held);
    const perTicket = (residentKib(suite) - before) / held;
    const latencies = await giveCodes(publisher, arrivals);
    return {
      held,
      gateways,
      ...summary(latencies),
      'codes/s': CODES_PER_SECOND,
      'KiB a ticket': Math.round(perTicket * 10) / 10,
    };
  } finally {
    agent.destroy();
    await bus.drain();
    await suite.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** One ticket after the other, each held and given its code before the next is opened. */
async function oneByOne(suite: Suite, publisher: EventPublisher, agent: Agent, rounds: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let round = 0; round < rounds; round++)
    latencies.push(...(await giveCodes(publisher, await holdTickets(suite, agent, 1))));
  return latencies;
}

function summary(latencies: readonly number[]): Figures {
  return {
    codes: latencies.length,
    'p50 ms': quantile(latencies, 0.5),
    'p90 ms': quantile(latencies, 0.9),
    'p99 ms': quantile(latencies, 0.99),
  };
}

interface Arrival {
  readonly site: string;
  readonly recipient: string;
  /** When the worker had the code, by this process's clock. */
  readonly at: Promise<number>;
}

/** Opens tickets and comes back when the gateway holds a request for each. */
async function holdTickets(suite: Suite, agent: Agent, count: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  for (let from = 0; from < count; from += OPENED_AT_ONCE) {
    const batch = Array.from({ length: Math.min(OPENED_AT_ONCE, count - from) }, () => hold(suite, agent));
    arrivals.push(...(await Promise.all(batch)));
  }
  // The last of them has its place in the waiting room when a look at the database is over.
  await sleep(count > 1 ? 1000 : 20);
  return arrivals;
}

async function hold(suite: Suite, agent: Agent): Promise<Arrival> {
  const site = `site${opening++ % SITES}.example`;
  const recipient = `${newId('account')}@${site}`;
  const [first, second] = [doorOf(suite, opening), doorOf(suite, opening + 1)];
  const opened = await send({ suite, agent, door: first }, 'POST', '/v1/tickets', { site, recipient, expiresIn: 600 });
  const { id } = JSON.parse(await opened.text) as { id: string };
  // Where there are two, a ticket that was opened at one is waited for at the other.
  const held = await send({ suite, agent, door: second }, 'GET', `/v1/tickets/${id}?wait=120`);
  const at = held.text.then((text) => {
    if (!text.includes('"fulfilled"')) throw new Error(`A ticket was answered without its code: ${text}`);
    return performance.now();
  });
  at.catch(() => undefined);
  return { site, recipient, at };
}

function gatewaysOf(suite: Suite): Suite['services'] {
  return suite.services.filter(({ name }) => name === 'gateway');
}

/** The gateways in turn. */
function doorOf(suite: Suite, turn: number): string {
  const gateways = gatewaysOf(suite);
  return `http://127.0.0.1:${gateways[turn % gateways.length]?.ports.get('http')}`;
}

/** Comes back when the request is written; its answer comes later. */
function send(
  { suite, agent, door }: { suite: Suite; agent: Agent; door: string },
  method: string,
  path: string,
  body?: object,
): Promise<{ text: Promise<string> }> {
  return new Promise((resolve, reject) => {
    const answered = Promise.withResolvers<string>();
    answered.promise.catch(() => undefined);
    const headers = { authorization: `Bearer ${suite.adminKey}`, 'content-type': 'application/json' };
    const asked = request(new URL(path, door), { method, agent, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      answered.resolve(text);
    });
    asked.once('error', (error) => {
      reject(error);
      answered.reject(error);
    });
    asked.once('finish', () => resolve({ text: answered.promise }));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Publishes a code for each, evenly; gives the milliseconds to each worker's answer. */
async function giveCodes(publisher: EventPublisher, arrivals: readonly Arrival[]): Promise<number[]> {
  const began = performance.now();
  return Promise.all(
    arrivals.slice(0, MOST_CODES).map(async ({ site, recipient, at }, index) => {
      await sleep(Math.max(0, began + (index * 1000) / CODES_PER_SECOND - performance.now()));
      const published = performance.now();
      await publishCode(publisher, { site, recipient, code: '482913' });
      return (await at) - published;
    }),
  );
}

/** What the gateways' processes keep in memory. */
function residentKib(suite: Suite): number {
  const pids = gatewaysOf(suite).map(({ pid }) => String(pid));
  const lines = execFileSync('ps', ['-o', 'rss=', '-p', pids.join()], { encoding: 'utf8' }).trim().split('\n');
  return lines.reduce((sum, line) => sum + Number(line), 0);
}

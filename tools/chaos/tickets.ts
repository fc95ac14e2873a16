import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { connectBus } from '@otterpost/messaging/connection';
import { createPublisher, type EventPublisher } from '@otterpost/messaging/publish';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { Client } from 'pg';

import { quantile } from '../bench/figures.ts';
import { publishCode } from '../bench/publish-code.ts';
import type { ServiceProcess } from '../suite/service-process.ts';
import { startSuite } from '../suite/suite.ts';
import { type ChaosOutcome, mulberry32 } from './outcome.ts';

/** `OTTERPOST_CHAOS_TICKETS=1000` for a small run. */
const TICKETS = Number(process.env.OTTERPOST_CHAOS_TICKETS ?? 10_000);
const GATEWAYS = 3;
const KILLS = 20;
const SITES = 50;
const OPENED_AT_ONCE = 50;
const CODES_PER_SECOND = 150;
const WAIT_SECONDS = 30;
const PAUSE_MS = 200;
const TICKET_SECONDS = 900;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

interface Worker {
  readonly site: string;
  readonly recipient: string;
  readonly code: string;
  readonly key: string;
}

/**
 * Ten thousand workers with a ticket each, over three gateways that are killed at random. A worker whose gateway died asks another by the same
 * key. Each must get the code that was mailed to its recipient, and no code may go to two tickets.
 */
export async function chaosTickets(seed: number): Promise<ChaosOutcome> {
  const random = mulberry32(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'otterpost-chaos-'));
  const env = { OTTERPOST_LOG_LEVEL: 'fatal', OTTERPOST_HELD_PER_KEY: '20000', OTTERPOST_REQUESTS_PER_SECOND: '100000' };
  const suite = await startSuite({ dataDir, httpPort: 0, grpcPort: 0, replicas: { gateway: GATEWAYS }, env });
  const bus = await connectBus({ servers: suite.natsUrl, name: 'chaos', logger: quiet });
  const publisher = createPublisher(
    bus,
    payloadSealer(parseKeyRing(readFileSync(join(dataDir, 'keys', 'master.keys'), 'utf8').trim())),
  );
  const database = new Client(suite.databaseUrl);
  await database.connect();
  const gateways = suite.services.filter(({ name }) => name === 'gateway');
  const agent = new Agent({ keepAlive: false });
  const faults: object[] = [];
  try {
    const workers: Worker[] = Array.from({ length: TICKETS }, (_, at) => ({
      site: `site${at % SITES}.example`,
      recipient: `robot${at}@otters.example`,
      code: String(10_000_000 + at),
      key: randomUUID(),
    }));
    const began = performance.now();
    const killing = kill(gateways, random, faults, began);
    const waiting: Promise<string>[] = [];
    for (let from = 0; from < TICKETS; from += OPENED_AT_ONCE) {
      const batch = workers
        .slice(from, from + OPENED_AT_ONCE)
        .map((worker) => open(worker, { gateways, agent, key: suite.adminKey, random }));
      waiting.push(...(await Promise.all(batch)).map(({ code }) => code));
    }
    const times = await giveCodes(publisher, workers, waiting);
    const got = await Promise.all(waiting);
    await killing;
    const wrong = got.filter((code, at) => code !== '' && code !== workers[at]?.code).length;
    const lost = got.filter((code) => code === '').length;
    const { rows } = await database.query<{ doubled: number; given: number }>(
      `SELECT (count(*) - count(DISTINCT code_id) + count(*) - count(DISTINCT ticket_id))::int AS doubled, count(*)::int AS given
       FROM tickets.assignments`,
    );
    const [{ doubled = 0, given = 0 } = {}] = rows;
    const counts = {
      tickets: TICKETS,
      gateways: GATEWAYS,
      kills: faults.length,
      given,
      lost,
      doubled: doubled + wrong,
      'code to worker p50 ms': quantile(times, 0.5),
      'p99 ms': quantile(times, 0.99),
      'worst ms': quantile(times, 1),
    };
    return { faults, counts, isBroken: lost > 0 || counts.doubled > 0 || given !== TICKETS };
  } finally {
    agent.destroy();
    await database.end();
    await bus.drain();
    await suite.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Spread over the time that opening and giving take, by what is known of both. */
async function kill(gateways: readonly ServiceProcess[], random: () => number, faults: object[], began: number): Promise<void> {
  const length = (TICKETS / CODES_PER_SECOND) * 1000 + TICKETS * 3;
  for (let at = 0; at < KILLS; at++) {
    await sleep(Math.max(0, began + ((at + random()) * length) / KILLS - performance.now()));
    const number = Math.floor(random() * gateways.length);
    gateways[number]?.kill('SIGKILL');
    faults.push({ afterMs: Math.round(performance.now() - began), what: `gateway ${number + 1}: SIGKILL` });
  }
}

interface Doors {
  readonly gateways: readonly ServiceProcess[];
  readonly agent: Agent;
  readonly key: string;
  readonly random: () => number;
}

/** Opens the ticket, and then waits for its code at whatever gateway answers; an empty code is a ticket that ended without. */
async function open(worker: Worker, doors: Doors): Promise<{ code: Promise<string> }> {
  await untilAnswered(worker, doors, 0);
  return { code: waitForCode(worker, doors) };
}

async function waitForCode(worker: Worker, doors: Doors): Promise<string> {
  for (;;) {
    const { status, code } = await untilAnswered(worker, doors, WAIT_SECONDS);
    if (status !== 'open') return code ?? '';
  }
}

interface Answer {
  readonly status: string;
  readonly code?: string;
}

async function untilAnswered(worker: Worker, doors: Doors, wait: number): Promise<Answer> {
  for (;;) {
    const gateway = doors.gateways[Math.floor(doors.random() * doors.gateways.length)];
    const answer = await post(worker, gateway?.ports.get('http'), doors, wait).catch(() => undefined);
    if (answer !== undefined) return answer;
    await sleep(PAUSE_MS);
  }
}

/** Undefined for an answer that says to ask again. */
function post(
  { site, recipient, key }: Worker,
  port: number | undefined,
  doors: Doors,
  wait: number,
): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${doors.key}`, 'content-type': 'application/json', 'idempotency-key': key };
    const options = { port, path: `/v1/tickets?wait=${wait}`, method: 'POST', headers, agent: doors.agent };
    const asked = request({ host: '127.0.0.1', ...options }, async (response) => {
      try {
        let text = '';
        for await (const chunk of response) text += String(chunk);
        const { statusCode = 500 } = response;
        if (statusCode >= 400 && statusCode < 500 && statusCode !== 429) throw new Error(`${statusCode} ${text}`);
        resolve(statusCode < 300 ? (JSON.parse(text) as Answer) : undefined);
      } catch (error) {
        reject(error);
      }
    });
    asked.once('error', reject);
    asked.end(JSON.stringify({ site, recipient, expiresIn: TICKET_SECONDS }));
  });
}

/** Milliseconds from each code's publication to its worker. */
async function giveCodes(
  publisher: EventPublisher,
  workers: readonly Worker[],
  waiting: readonly Promise<string>[],
): Promise<number[]> {
  const began = performance.now();
  return Promise.all(
    workers.map(async ({ site, recipient, code }, at) => {
      await sleep(Math.max(0, began + (at * 1000) / CODES_PER_SECOND - performance.now()));
      const published = performance.now();
      await publishCode(publisher, { site, recipient, code });
      await waiting[at];
      return performance.now() - published;
    }),
  );
}

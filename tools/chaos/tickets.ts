import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
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
import { type Doors, makeWorkers, openTicket, type Worker } from './ticket-workers.ts';

/** `OTTERPOST_CHAOS_TICKETS=1000` for a small run. */
const TICKETS = Number(process.env.OTTERPOST_CHAOS_TICKETS ?? 10_000);
const GATEWAYS = 3;
const KILLS = 20;
const OPENED_AT_ONCE = 50;
const CODES_PER_SECOND = 200;
const LOOK_EVERY_MS = 50;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** How far the run is. */
interface Progress {
  opened: number;
  published: number;
  answered: number;
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
  const ring = parseKeyRing(readFileSync(join(dataDir, 'keys', 'master.keys'), 'utf8').trim());
  const publisher = createPublisher(bus, payloadSealer(ring));
  const gateways = suite.services.filter(({ name }) => name === 'gateway');
  const doors: Doors = { gateways, agent: new Agent({ keepAlive: false }), apiKey: suite.adminKey, random, unanswered: 0 };
  try {
    const workers = makeWorkers(TICKETS);
    const progress: Progress = { opened: 0, published: 0, answered: 0 };
    const killing = killAlong(progress, doors);
    const waiting = await openAll(workers, doors, progress);
    const times = await giveCodes(publisher, workers, waiting, progress);
    const got = await Promise.all(waiting);
    const faults = await killing;
    const lost = got.filter((code) => code === '').length;
    const wrong = got.filter((code, at) => code !== '' && code !== workers[at]?.code).length;
    const { given, twice } = await readAssignments(suite.databaseUrl);
    const counts = {
      tickets: TICKETS,
      gateways: GATEWAYS,
      kills: faults.length,
      'requests unanswered': doors.unanswered,
      given,
      lost,
      doubled: twice + wrong,
      'code to worker p50 ms': quantile(times, 0.5),
      'p99 ms': quantile(times, 0.99),
      'worst ms': quantile(times, 1),
    };
    return { faults, counts, isBroken: lost > 0 || counts.doubled > 0 || given !== TICKETS };
  } finally {
    doors.agent.destroy();
    await bus.drain();
    await suite.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Kills evenly over what is to be done, half of them while tickets are opened, half while codes are given. */
async function killAlong(progress: Progress, { gateways, random }: Doors): Promise<object[]> {
  const faults: object[] = [];
  for (let at = 0; at < KILLS; at++) {
    const due = ((at + random()) * 2 * TICKETS) / KILLS;
    while (progress.opened + progress.published < due) await sleep(LOOK_EVERY_MS);
    const gateway = await pickServing(gateways, random);
    gateway.kill('SIGKILL');
    const { opened, published, answered } = progress;
    faults.push({ what: `gateway ${gateways.indexOf(gateway) + 1}: SIGKILL`, opened, published, waiting: opened - answered });
  }
  return faults;
}

/** One that was killed and is not back holds nobody: to kill it again would be no fault. */
async function pickServing(gateways: readonly ServiceProcess[], random: () => number): Promise<ServiceProcess> {
  for (;;) {
    const gateway = gateways[Math.floor(random() * gateways.length)];
    if (gateway !== undefined && (await isReady(gateway))) return gateway;
    await sleep(LOOK_EVERY_MS);
  }
}

async function isReady(service: ServiceProcess): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${service.ports.get('metrics')}/readyz`).catch(() => undefined);
  return answer?.ok === true;
}

/** Gives what each worker waits for. */
async function openAll(workers: readonly Worker[], doors: Doors, progress: Progress): Promise<Promise<string>[]> {
  const waiting: Promise<string>[] = [];
  for (let from = 0; from < workers.length; from += OPENED_AT_ONCE) {
    const batch = workers.slice(from, from + OPENED_AT_ONCE).map((worker) => openTicket(worker, doors));
    waiting.push(...(await Promise.all(batch)).map(({ code }) => code));
    progress.opened = waiting.length;
  }
  return waiting;
}

/** Milliseconds from each code's publication to its worker. */
async function giveCodes(
  publisher: EventPublisher,
  workers: readonly Worker[],
  waiting: readonly Promise<string>[],
  progress: Progress,
): Promise<number[]> {
  const began = performance.now();
  return Promise.all(
    workers.map(async ({ site, recipient, code }, at) => {
      await sleep(Math.max(0, began + (at * 1000) / CODES_PER_SECOND - performance.now()));
      const published = performance.now();
      progress.published += 1;
      await publishCode(publisher, { site, recipient, code });
      await waiting[at];
      progress.answered += 1;
      return performance.now() - published;
    }),
  );
}

/** How many codes were given away, and how often a code or a ticket stands there more than once. */
async function readAssignments(databaseUrl: string): Promise<{ given: number; twice: number }> {
  const database = new Client(databaseUrl);
  await database.connect();
  try {
    const { rows } = await database.query<{ given: number; twice: number }>(
      `SELECT count(*)::int AS given, (count(*) - count(DISTINCT code_id) + count(*) - count(DISTINCT ticket_id))::int AS twice
       FROM tickets.assignments`,
    );
    return rows[0] ?? { given: 0, twice: 0 };
  } finally {
    await database.end();
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startSuite } from '../suite/suite.ts';
import type { ChaosOutcome } from './outcome.ts';

const HELD = 2000;
const OPENED_AT_ONCE = 50;
const LATEST_EXIT_MS = 5000;

/** A gateway is told to stop (SIGTERM) while it holds two thousand requests: all are answered, none is cut, and it ends in time. */
export async function chaosStop(): Promise<ChaosOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'otterpost-chaos-'));
  const suite = await startSuite({ dataDir: folder, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'error' } });
  const agent = new Agent({ keepAlive: false });
  try {
    const outcomes: Promise<string>[] = [];
    for (let from = 0; from < HELD; from += OPENED_AT_ONCE) {
      const batch = Array.from({ length: OPENED_AT_ONCE }, (_, at) => hold(suite, agent, from + at));
      outcomes.push(...(await Promise.all(batch)).map(({ outcome }) => outcome));
    }
    await sleep(2000);
    const gateway = suite.services.find(({ name }) => name === 'gateway');
    const pid = gateway?.pid;
    const began = performance.now();
    gateway?.kill('SIGTERM');
    const ended = untilGone(pid).then(() => performance.now() - began);
    const all = await Promise.all(outcomes);
    const counts = {
      held: all.length,
      answered: all.filter((outcome) => outcome === '200').length,
      'answered otherwise': all.filter((outcome) => /^\d+$/.test(outcome) && outcome !== '200').length,
      reset: all.filter((outcome) => !/^\d+$/.test(outcome)).length,
      'exit after ms': Math.round(await ended),
    };
    return {
      faults: [{ what: 'gateway: SIGTERM' }],
      counts,
      isBroken: counts.answered < HELD || counts['exit after ms'] > LATEST_EXIT_MS,
    };
  } finally {
    agent.destroy();
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opens a ticket and holds a request for it; comes back when that is written. The outcome is its status, or what cut it. */
async function hold(suite: { url: string; adminKey: string }, agent: Agent, at: number): Promise<{ outcome: Promise<string> }> {
  const headers = { authorization: `Bearer ${suite.adminKey}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ site: `site${at % 50}.example`, recipient: `robot${at}@otters.example`, expiresIn: 600 });
  const opened = await fetch(new URL('/v1/tickets', suite.url), { method: 'POST', headers, body });
  const { id } = (await opened.json()) as { id: string };
  return new Promise((resolve) => {
    const outcome = Promise.withResolvers<string>();
    const asked = request(new URL(`/v1/tickets/${id}?wait=120`, suite.url), { agent, headers }, (response) => {
      response.resume();
      response.once('end', () => outcome.resolve(response.complete ? String(response.statusCode) : 'cut'));
      response.once('error', (error) => outcome.resolve(error.message));
    });
    asked.once('error', (error) => outcome.resolve(error.message));
    asked.once('finish', () => resolve({ outcome: outcome.promise }));
    asked.end();
  });
}

async function untilGone(pid: number | undefined): Promise<void> {
  for (;;) {
    try {
      process.kill(pid ?? 0, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
}

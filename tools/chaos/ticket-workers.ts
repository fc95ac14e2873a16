import { randomUUID } from 'node:crypto';
import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ServiceProcess } from '../suite/service-process.ts';

const SITES = 50;
const WAIT_SECONDS = 120;
const TICKET_SECONDS = 900;
const PAUSE_MS = { least: 100, most: 2000 };

export interface Worker {
  readonly site: string;
  readonly recipient: string;
  /** What will be mailed to it. */
  readonly code: string;
  readonly idempotencyKey: string;
}

/** What all workers share. */
export interface Doors {
  readonly gateways: readonly ServiceProcess[];
  readonly agent: Agent;
  readonly apiKey: string;
  readonly random: () => number;
  /** Requests that were cut off, and those that found nobody. */
  unanswered: number;
}

interface Answer {
  readonly status: string;
  readonly code?: string;
}

export function makeWorkers(count: number): Worker[] {
  return Array.from({ length: count }, (_, at) => ({
    site: `site${at % SITES}.example`,
    recipient: `robot${at}@otters.example`,
    code: String(10_000_000 + at),
    idempotencyKey: randomUUID(),
  }));
}

/** Opens the ticket, and then waits for its code at whatever gateway answers; an empty code is a ticket that ended without. */
export async function openTicket(worker: Worker, doors: Doors): Promise<{ code: Promise<string> }> {
  await askUntilAnswered(worker, doors, 0);
  return { code: waitForCode(worker, doors) };
}

async function waitForCode(worker: Worker, doors: Doors): Promise<string> {
  for (;;) {
    const { status, code } = await askUntilAnswered(worker, doors, WAIT_SECONDS);
    if (status !== 'open') return code ?? '';
  }
}

async function askUntilAnswered(worker: Worker, doors: Doors, wait: number): Promise<Answer> {
  const { gateways, random } = doors;
  for (let pauseMs = PAUSE_MS.least; ; pauseMs = Math.min(PAUSE_MS.most, pauseMs * 2)) {
    const gateway = gateways[Math.floor(random() * gateways.length)];
    const answer = await ask(worker, gateway?.ports.get('http'), doors, wait);
    if (answer !== undefined) return answer;
    await sleep(pauseMs * (0.5 + random() / 2));
  }
}

/** Undefined where there was no answer, or one that says to ask again. */
function ask(
  { site, recipient, idempotencyKey }: Worker,
  port: number | undefined,
  doors: Doors,
  wait: number,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${doors.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    };
    const options = { port, path: `/v1/tickets?wait=${wait}`, method: 'POST', headers, agent: doors.agent };
    const goOn = (): void => {
      doors.unanswered += 1;
      resolve(undefined);
    };
    const asked = request({ host: '127.0.0.1', ...options }, (response) => {
      text(response).then((body) => resolve(toAnswer(response.statusCode ?? 500, body)), goOn);
    });
    asked.once('error', goOn);
    asked.end(JSON.stringify({ site, recipient, expiresIn: TICKET_SECONDS }));
  });
}

/** A refusal ends the worker: its ticket counts as lost. */
function toAnswer(status: number, body: string): Answer | undefined {
  if (status < 300) return JSON.parse(body) as Answer;
  if (status >= 500 || status === 429) return undefined;
  console.error(`A ticket was refused: ${status} ${body}`);
  return { status: 'refused' };
}

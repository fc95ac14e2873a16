import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { Import } from '@otterpost/contracts/imports';
import { Client } from 'pg';

import { type Suite, startSuite } from '../suite/suite.ts';
import { type ChaosOutcome, mulberry32 } from './outcome.ts';

const LINES = 100_000;
const KILLS = 10;
/** Of a request that finds the service down; its pauses grow to five seconds. */
const MOST_TRIES = 100;
/** A kill comes after so much more of the file, from a process that has taken some of it in. */
const BETWEEN_KILLS = LINES / (KILLS + 1);

/** accounts-service is killed ten times during an import: what comes of it is what comes of an undisturbed one. */
export async function chaosImport(seed: number): Promise<ChaosOutcome> {
  const random = mulberry32(seed);
  const folder = await mkdtemp(join(tmpdir(), 'otterpost-chaos-'));
  const suite = await startSuite({ dataDir: folder, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'error' } });
  const database = new Client(suite.databaseUrl);
  await database.connect();
  try {
    // Some are no accounts, and some come twice.
    const lines = Array.from({ length: LINES }, (_, at) =>
      at % 97 === 0 ? `otter${at}` : `otter${at % 90_000}@otters.example:holt-${at}${at % 3 === 0 ? ':10.0.0.7:8080' : ''}`,
    );
    const file = `${lines.join('\n')}\n`;
    const quiet = await importInto(suite, file, 'Undisturbed');
    await untilEnded(suite, quiet.id);
    const disturbed = await importInto(suite, file, 'Disturbed');
    const faults: object[] = [];
    const service = suite.services.find(({ name }) => name === 'accounts-service');
    if (service === undefined) throw new Error('The suite has no accounts-service');
    for (let kill = 1; kill <= KILLS; kill++) {
      const after = Math.floor((kill - 1 + 0.2 + random() * 0.6) * BETWEEN_KILLS);
      const processed = await untilProcessed(suite, disturbed.id, after);
      const { pid } = service;
      if (processed === undefined || pid === undefined) break;
      process.kill(pid, 'SIGKILL');
      faults.push({ kill, afterEntries: processed, what: `accounts-service (process ${pid}): SIGKILL` });
    }
    await untilEnded(suite, disturbed.id);
    const one = await outcomeOf(suite, database, quiet);
    const other = await outcomeOf(suite, database, disturbed);
    const isSame = isDeepStrictEqual(one, other);
    const { accounts, rejected } = other;
    return {
      faults,
      counts: { lines: LINES, kills: faults.length, accounts, rejected, 'as undisturbed': isSame ? 1 : 0 },
      isBroken: !isSame || faults.length < KILLS,
    };
  } finally {
    await database.end();
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Outcome extends Pick<Import, 'total' | 'processed' | 'created' | 'updated' | 'unchanged' | 'rejected'> {
  readonly accounts: number;
  readonly exported: string;
  readonly rejects: string;
}

interface Asked {
  readonly method?: string;
  readonly body?: string | undefined;
  readonly type?: string | undefined;
}

interface Made {
  readonly id: string;
  readonly groupId: string;
}

async function importInto(suite: Suite, file: string, name: string): Promise<Made> {
  const { id: groupId } = await ask<{ id: string }>(suite, 'POST', 'account-groups', JSON.stringify({ name, site: 'nike' }));
  const { id } = await ask<Import>(suite, 'POST', `imports?groupId=${groupId}`, file, 'text/plain');
  return { id, groupId };
}

async function ask<T>(suite: Suite, method: string, path: string, body?: string, type?: string): Promise<T> {
  return JSON.parse(await askText(suite, path, { method, body, type })) as T;
}

/** A service that is being started again is asked until it answers. */
async function askText(
  suite: Suite,
  path: string,
  { method = 'GET', body, type = 'application/json' }: Asked = {},
): Promise<string> {
  for (let tries = 0; ; tries++) {
    const headers = { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': type }) };
    const given = body === undefined ? { method, headers } : { method, headers, body };
    const answer = await fetch(new URL(`v1/${path}`, `${suite.url}/`), given);
    const text = await answer.text();
    if (answer.ok) return text;
    if (answer.status < 500 || tries > MOST_TRIES) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    await sleep(200);
  }
}

/** How much a running import has taken in; undefined when it ended before. It is told by a service that lives, so that a kill hits one. */
async function untilProcessed(suite: Suite, id: string, entries: number): Promise<number | undefined> {
  for (;;) {
    const { processed, status } = await ask<Import>(suite, 'GET', `imports/${id}`);
    if (status !== 'queued' && status !== 'running') return undefined;
    if (processed >= entries) return processed;
    await sleep(20);
  }
}

async function untilEnded(suite: Suite, id: string): Promise<void> {
  for (;;) {
    const { status } = await ask<Import>(suite, 'GET', `imports/${id}`);
    if (status === 'done') return;
    if (status !== 'queued' && status !== 'running') throw new Error(`The import is ${status}`);
    await sleep(200);
  }
}

/** What is told of an import, and what it left: its accounts with their passwords and proxies, and its rejected lines, as digests. */
async function outcomeOf(suite: Suite, database: Client, { id, groupId }: Made): Promise<Outcome> {
  const { total, processed, created, updated, unchanged, rejected } = await ask<Import>(suite, 'GET', `imports/${id}`);
  const told = { total, processed, created, updated, unchanged, rejected };
  const exported = (await askText(suite, `account-groups/${groupId}/export?format=csv`)).trimEnd().split('\n');
  const { rows } = await database.query<{ number: number; line: string; code: string }>(
    'SELECT number, line, code FROM accounts.import_rejects WHERE import_id = $1 ORDER BY number',
    [id],
  );
  return { ...told, accounts: exported.length - 1, exported: digest(exported.sort()), rejects: digest(rows) };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

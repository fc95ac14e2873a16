import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Import } from '@otterpost/contracts/imports';
import { Client } from 'pg';

import { type Suite, startSuite } from '../suite/suite.ts';
import { type ChaosOutcome, mulberry32 } from './outcome.ts';

const LINES = 100_000;
const KILLS = 10;
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
    for (let kill = 1; kill <= KILLS; kill++) {
      const after = Math.floor((kill - 1 + 0.2 + random() * 0.6) * BETWEEN_KILLS);
      const processed = await untilProcessed(suite, disturbed.id, after);
      service?.kill('SIGKILL');
      faults.push({ kill, afterEntries: processed, what: 'accounts-service: SIGKILL' });
      await sleep(300);
    }
    await untilEnded(suite, disturbed.id);
    const [one, other] = await Promise.all([quiet, disturbed].map((made) => outcomeOf(suite, database, made)));
    const isSame = JSON.stringify(one) === JSON.stringify(other);
    const { accounts = 0, rejected = 0 } = other ?? {};
    return {
      faults,
      counts: { lines: LINES, kills: KILLS, accounts, rejected, 'as undisturbed': isSame ? 1 : 0 },
      isBroken: !isSame,
    };
  } finally {
    await database.end();
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  }
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

/** A service that is being started again is asked until it answers. */
async function ask<T>(suite: Suite, method: string, path: string, body?: string, type = 'application/json'): Promise<T> {
  for (let tries = 0; ; tries++) {
    const headers = { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': type }) };
    const answer = await fetch(new URL(`v1/${path}`, `${suite.url}/`), {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.ok) return (await answer.json()) as T;
    if (answer.status < 500 || tries > 20) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    await sleep(200);
  }
}

async function untilProcessed(suite: Suite, id: string, entries: number): Promise<number> {
  for (;;) {
    const { processed, status } = await ask<Import>(suite, 'GET', `imports/${id}`);
    if (processed >= entries || status === 'done') return processed;
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

/** What is told of an import, and what it left: the accounts by their emails, which of them have a proxy, and its rejected lines. */
async function outcomeOf(suite: Suite, database: Client, { id, groupId }: Made): Promise<Record<string, number>> {
  const { total, processed, created, updated, unchanged, rejected } = await ask<Import>(suite, 'GET', `imports/${id}`);
  const { rows } = await database.query<{ accounts: number; emails: string; lines: string }>(
    `SELECT count(*)::int AS accounts,
       ('x' || left(md5(string_agg(email || ':' || COALESCE(proxy_shown, ''), ',' ORDER BY email_key)), 12))::bit(48)::bigint::text AS emails,
       (SELECT ('x' || left(md5(string_agg(line || code, ',' ORDER BY number)), 12))::bit(48)::bigint::text
        FROM accounts.import_rejects WHERE import_id = $2) AS lines
     FROM accounts.accounts WHERE group_id = $1`,
    [groupId, id],
  );
  const [{ accounts = 0, emails = '', lines = '' } = {}] = rows;
  return {
    total: total ?? 0,
    processed,
    created,
    updated,
    unchanged,
    rejected,
    accounts,
    emails: Number(emails),
    lines: Number(lines),
  };
}

import { createCipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Import } from '@otterpost/contracts/imports';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import type { AccountsGround } from './accounts-ground.ts';
import { askGateway } from './ask-gateway.ts';
import type { Figures } from './figures.ts';

/** `OTTERPOST_BENCH_LINES=1000000` for a million. */
const LINES = Number(process.env.OTTERPOST_BENCH_LINES ?? 100_000);
const ROUNDS = LINES > 100_000 ? 1 : 3;
const LOOK_EVERY_MS = 25;
const SERVICES = ['gateway', 'accounts-service'] as const;
/** As `INSERT` leaves them: the same columns, types and indexes. */
const SCRATCH = 'accounts.bench_copy';

/**
 * A file of lines through HTTP, sealing included, from the first byte to the import's end; beside it, in the same rounds, the bare COPY of
 * as many prepared rows and the bare AES-GCM of the same secrets on one thread. What the services' memory grows by is the most that was seen.
 */
export async function benchImports({ suite }: AccountsGround): Promise<Figures[]> {
  const file = Buffer.from(
    Array.from({ length: LINES }, (_, at) => `otter${at}@otters.example:holt-${at}:10.0.${at % 250}.7:8080\n`).join(''),
  );
  const pids = new Map(suite.services.map(({ name, pid }) => [name, pid]));
  const before = SERVICES.map((name) => residentMib(pids.get(name)));
  const most = [...before];
  const looking = setInterval(() => {
    for (const [at, name] of SERVICES.entries()) most[at] = Math.max(most[at] ?? 0, residentMib(pids.get(name)));
  }, LOOK_EVERY_MS);
  const rounds: { ours: number; copy: number; seal: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await importFile(suite, file, `Round ${round}`);
    rounds.push({ ours, seal: sealAll(), copy: await copyRows(suite.databaseUrl) });
  }
  clearInterval(looking);
  const ratios = rounds.map(({ ours, copy, seal }) => ours / (copy + seal));
  const row = (what: string, values: readonly number[], digits = 0): Figures => ({
    what,
    rounds: ROUNDS,
    median: fixed(median(values), digits),
  });
  return [
    row(
      `import of ${LINES} lines, ms`,
      rounds.map(({ ours }) => ours),
    ),
    row(
      'bare COPY, ms',
      rounds.map(({ copy }) => copy),
    ),
    row(
      'bare AES-GCM, ms',
      rounds.map(({ seal }) => seal),
    ),
    row('import / (COPY + AES-GCM)', ratios, 2),
    ...SERVICES.map((name, at) => row(`${name} grows by, MiB at most`, [(most[at] ?? 0) - (before[at] ?? 0)])),
  ];
}

async function importFile(suite: AccountsGround['suite'], file: Buffer, name: string): Promise<number> {
  const { id: groupId } = await askGateway<{ id: string }>(suite, 'POST', 'account-groups', { name, site: 'nike' });
  const began = performance.now();
  const answer = await fetch(new URL(`v1/imports?groupId=${groupId}`, `${suite.url}/`), {
    method: 'POST',
    headers: { authorization: `Bearer ${suite.adminKey}`, 'content-type': 'text/plain' },
    body: new Uint8Array(file),
  });
  const { id } = (await answer.json()) as Import;
  for (;;) {
    const { status, created } = await askGateway<Import>(suite, 'GET', `imports/${id}`);
    if (status === 'done' && created === LINES) return performance.now() - began;
    if (status !== 'queued' && status !== 'running') throw new Error(`The import is ${status} after ${created} accounts`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Password and proxy of each line, each with a nonce, made before, and a place of its own. */
function sealAll(): number {
  const [key, nonces] = [randomBytes(32), randomBytes(LINES * 24)];
  const began = performance.now();
  for (let at = 0; at < LINES; at++) {
    const nonce = at * 24;
    seal(key, nonces.subarray(nonce, nonce + 12), `holt-${at}`, `accounts/acc_${at}/password`);
    seal(key, nonces.subarray(nonce + 12, nonce + 24), `http://10.0.${at % 250}.7:8080`, `accounts/acc_${at}/proxy`);
  }
  return performance.now() - began;
}

function seal(key: Buffer, nonce: Buffer, secret: string, place: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

async function copyRows(url: string): Promise<number> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(`DROP TABLE IF EXISTS ${SCRATCH}; CREATE TABLE ${SCRATCH} (LIKE accounts.accounts INCLUDING ALL)`);
    const rows = Array.from({ length: LINES }, (_, at) => {
      const secret = `\\\\x${randomBytes(52).toString('hex')}`;
      const email = `otter${at}@otters.example`;
      return `acc_${String(at).padStart(26, '0')}\tgrp_${'0'.repeat(26)}\t${email}\t${email}\t${secret}\t${secret}\thttp://10.0.${at % 250}.7:8080\n`;
    });
    const text = Buffer.from(rows.join(''));
    const began = performance.now();
    const stream = client.query(
      copyFrom(`COPY ${SCRATCH} (id, group_id, email, email_key, password, proxy, proxy_shown) FROM STDIN`),
    );
    const ended = new Promise<void>((resolve, reject) => stream.once('finish', resolve).once('error', reject));
    stream.end(text);
    await ended;
    return performance.now() - began;
  } finally {
    await client.query(`DROP TABLE IF EXISTS ${SCRATCH}`);
    await client.end();
  }
}

function residentMib(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function fixed(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

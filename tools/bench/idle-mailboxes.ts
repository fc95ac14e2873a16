import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startDovecot } from '@otterpost/testkit/dovecot';
import pg from 'pg';

import { call, type Door } from '../demo/worker.ts';
import { type Suite, startSuite } from '../suite/suite.ts';
import type { Figures } from './figures.ts';
import { type LightServerPort, userAt } from './light-server.ts';
import { cpuMs, residentKib } from './process-figures.ts';

/** The mailboxes of each round, at a real Dovecot and at a server that is light enough for many. */
const ROUNDS = [
  { server: 'Dovecot', mailboxes: 500 },
  { server: 'Dovecot', mailboxes: 1000 },
  { server: 'Dovecot', mailboxes: 2000 },
  { server: 'light', mailboxes: 10_000 },
] as const;
/** Wide open, and yet not so that thousands of TLS handshakes wait for each other until all are too late. */
const LOGINS_PER_SECOND = 200;
const CONNECT_DEADLINE_MS = 600_000;
/** After the last login: greetings, first looks and the collector come to rest. */
const SETTLE_MS = 20_000;
const IDLE_WINDOW_MS = 60_000;
const IMPORTED_AT_ONCE = 500;

interface MailServer {
  readonly port: number;
  readonly ca: string;
  stop(): Promise<void>;
}

/** One ingestor process with so many idle mailboxes over TLS, the login bucket opened wide: time to connect, memory, idle CPU. */
export async function benchIdleMailboxes(): Promise<Figures[]> {
  const rows: Figures[] = [];
  for (const { server, mailboxes } of ROUNDS) {
    const row = await measure(server, mailboxes);
    // A later round may fail; what was measured by then is not lost.
    console.log(JSON.stringify(row));
    rows.push(row);
  }
  return rows;
}

async function measure(kind: (typeof ROUNDS)[number]['server'], mailboxes: number): Promise<Figures> {
  const dataDir = mkdtempSync(join(tmpdir(), 'otterpost-bench-'));
  const server = await (kind === 'Dovecot' ? startBigDovecot(mailboxes) : startLightServer(mailboxes));
  const suite = await startSuite({
    dataDir,
    httpPort: 0,
    grpcPort: 0,
    env: { OTTERPOST_LOG_LEVEL: 'error', OTTERPOST_LOGINS_PER_SECOND: String(LOGINS_PER_SECOND) },
  });
  const database = new pg.Client(suite.databaseUrl);
  try {
    await database.connect();
    const pid = ingestorOf(suite);
    await sleep(SETTLE_MS / 4);
    const emptyKib = residentKib(pid);
    const began = performance.now();
    await importMailboxes({ url: suite.url, key: suite.adminKey }, server, mailboxes);
    await untilConnected(database, mailboxes);
    const connectedSeconds = (performance.now() - began) / 1000;
    await sleep(SETTLE_MS);
    const cpuBefore = cpuMs(pid);
    await sleep(IDLE_WINDOW_MS);
    const cpuShare = (cpuMs(pid) - cpuBefore) / IDLE_WINDOW_MS;
    if (ingestorOf(suite) !== pid) throw new Error('the ingestor was restarted while it was measured');
    return {
      what: `idle, ${kind}`,
      mailboxes,
      'connected s': round(connectedSeconds),
      'KiB a mailbox': round((residentKib(pid) - emptyKib) / mailboxes),
      'idle CPU %': round(cpuShare * 100),
    };
  } finally {
    await database.end();
    await suite.stop();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function ingestorOf(suite: Suite): number {
  const pid = suite.services.find(({ name }) => name === 'imap-ingestor')?.pid;
  if (pid === undefined) throw new Error('the ingestor does not run');
  return pid;
}

async function importMailboxes(door: Door, { port, ca }: MailServer, count: number): Promise<void> {
  for (let from = 0; from < count; from += IMPORTED_AT_ONCE) {
    const batch = Array.from({ length: Math.min(IMPORTED_AT_ONCE, count - from) }, (_, at) => {
      const { name, password } = userAt(from + at);
      const auth = { type: 'password', password };
      return { name, host: '127.0.0.1', port, security: 'tls', ca, username: name, auth, folders: ['INBOX'] };
    });
    const { rejected } = (await call(door, 'POST', '/v1/mailboxes/import', batch)) as { rejected: unknown[] };
    if (rejected.length > 0) throw new Error(`${rejected.length} mailboxes were refused: ${JSON.stringify(rejected[0])}`);
  }
}

async function untilConnected(database: pg.Client, mailboxes: number): Promise<void> {
  const deadline = Date.now() + CONNECT_DEADLINE_MS;
  for (;;) {
    const { rows } = await database.query<{ connected: number; detail: string | null }>(
      `SELECT (count(*) FILTER (WHERE status = 'waiting_for_emails'))::int AS connected, max(status_detail) AS detail
       FROM accounts.mailboxes`,
    );
    if (rows[0]?.connected === mailboxes) return;
    if (Date.now() > deadline)
      throw new Error(`${rows[0]?.connected} of ${mailboxes} mailboxes are connected: ${rows[0]?.detail}`);
    await sleep(100);
  }
}

/** One process serves many idle sessions, as on a host with many users. */
async function startBigDovecot(mailboxes: number): Promise<MailServer> {
  const users = Array.from({ length: mailboxes }, (_, at) => userAt(at));
  const config = `
mail_max_userip_connections = 20
default_vsz_limit = 2G
service imap-login {
  service_count = 0
  process_min_avail = 2
  client_limit = 10000
}
service imap {
  process_limit = ${mailboxes + 100}
}
service anvil {
  client_limit = ${3 * mailboxes + 1000}
}
service auth {
  client_limit = ${3 * mailboxes + 1000}
}
`;
  const { tlsPort, ca, stop } = await startDovecot({ users, config });
  return { port: tlsPort, ca, stop };
}

async function startLightServer(mailboxes: number): Promise<MailServer> {
  const child = fork(fileURLToPath(new URL('light-server.ts', import.meta.url)), [String(mailboxes)]);
  const [{ port, ca }] = (await once(child, 'message')) as [LightServerPort];
  return {
    port,
    ca,
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

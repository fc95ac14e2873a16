import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Mailbox } from '@otterpost/contracts/mailboxes';
import { type Dovecot, startDovecot } from '@otterpost/testkit/dovecot';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';
import { Client } from 'pg';

import { quantile } from '../bench/figures.ts';
import { addMailbox } from '../demo/show.ts';
import { call, type Door } from '../demo/worker.ts';
import { startSuite } from '../suite/suite.ts';
import { type FarNetwork, makeFarNetwork } from './far-network.ts';
import { type ChaosOutcome, mulberry32 } from './outcome.ts';

/** Of each group and kind: enough that their looks lie anywhere in the span between two. */
const MAILBOXES = 8;
const ASKED_SECONDS = { 'a ticket': 20, nobody: 45 } as const;
type Waiter = keyof typeof ASKED_SECONDS;
const WAITERS: readonly Waiter[] = ['a ticket', 'nobody'];
const CONNECT_DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** Junk folders are visited by then, and every mailbox that a ticket waits for has had a look of the frequent kind. */
const SETTLED_MS = 6000;
/** The fault comes at any moment of the span between two looks. */
const SPAN_MS = 26_000;
/** Nothing is waited for longer; what is not noticed by then is told as never. */
const MOST_MS = 90_000;
const PASSWORD = 'holt-0451';

/** A server that falls silent without a word, and speaks again. */
interface Kind {
  readonly id: string;
  readonly what: string;
  readonly place: { readonly host: string; readonly port: number };
  deliver(user: string, raw: string): Promise<unknown>;
  silence(): Promise<unknown>;
  restore(): Promise<unknown>;
}

/**
 * Mail servers fall silent: the network drops every packet, the server's processes are frozen, it drips a byte now and then, it babbles. How
 * long until the mailbox is told as not connected, with a ticket that waits for it and without; and whether mail that came meanwhile is
 * read when the server is heard again.
 */
export async function chaosSilence(seed: number): Promise<ChaosOutcome> {
  const random = mulberry32(seed);
  const users = WAITERS.flatMap((waiter) => Array.from({ length: MAILBOXES }, (_, at) => toUser(waiter, at)));
  const stops: (() => unknown)[] = [];
  try {
    const network = await makeFarNetwork();
    stops.push(network.remove);
    const dovecot = await startDovecot({ users, network, config: 'service imap {\n  process_limit = 1000\n}' });
    stops.push(dovecot.stop);
    const dataDir = await mkdtemp(join(tmpdir(), 'otterpost-chaos-'));
    stops.push(() => rm(dataDir, { recursive: true, force: true }));
    const suite = await startSuite({ dataDir, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'error' } });
    stops.push(suite.stop);
    const database = new Client(suite.databaseUrl);
    await database.connect();
    stops.push(() => database.end());
    const door = { url: suite.url, key: suite.adminKey };
    const faults: object[] = [];
    const counts = { kinds: 0, late: 0, mails: 0, lost: 0 };
    for (const make of [blackHole(network, dovecot), frozen(dovecot), scripted(users, 'drip'), scripted(users, 'endless-ok')]) {
      const { kind, end } = await make();
      try {
        const { rows, lost } = await play(door, database, kind, users, SETTLED_MS + SPAN_MS * random());
        faults.push(...rows);
        counts.kinds += 1;
        counts.late += rows.filter((row) => !(row['worst s'] <= row['asked s'])).length;
        counts.mails += users.length;
        counts.lost += lost;
      } finally {
        await end();
      }
    }
    return { faults, counts, isBroken: counts.late > 0 || counts.lost > 0 };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

type MakeKind = () => Promise<{ kind: Kind; end: () => unknown }>;

function blackHole({ silence, restore }: FarNetwork, { host, port, deliver }: Dovecot): MakeKind {
  return async () => ({
    kind: { id: 'hole', what: 'every packet dropped', place: { host, port }, deliver, silence, restore },
    end: () => undefined,
  });
}

function frozen({ host, port, deliver, freeze, thaw }: Dovecot): MakeKind {
  return async () => ({
    kind: {
      ...{ id: 'frozen', what: 'server frozen (SIGSTOP)', place: { host, port }, deliver },
      silence: async () => freeze(),
      restore: async () => thaw(),
    },
    end: thaw,
  });
}

function scripted(users: readonly { name: string; password: string }[], how: 'drip' | 'endless-ok'): MakeKind {
  return async () => {
    const server: ImapServer = await startImapServer({ users });
    let calm: () => void = () => undefined;
    return {
      kind: {
        id: how,
        what: how === 'drip' ? 'a byte every 2 s' : '"* OK" every 2 s',
        place: server,
        deliver: async (user, raw) => server.deliver(user, raw),
        silence: async () => {
          calm = server.misbehave({ at: 'any', how });
        },
        // Who was dripped upon once is never answered: a server that recovers has lost its old connections.
        restore: async () => {
          calm();
          server.dropAll();
        },
      },
      end: server.stop,
    };
  };
}

interface Row {
  readonly server: string;
  readonly waits: Waiter;
  readonly mailboxes: number;
  readonly 'asked s': number;
  readonly 'worst s': number;
  readonly 'median s': number;
  readonly 'mail read after s': number;
}

async function play(
  door: Door,
  database: Client,
  kind: Kind,
  users: readonly { name: string; password: string; waiter: Waiter }[],
  beforeMs: number,
): Promise<{ rows: Row[]; lost: number }> {
  const ids = new Map<string, { user: string; waiter: Waiter }>();
  for (const { name, password, waiter } of users) {
    const { host, port } = kind.place;
    const mailbox = { name, host, port, security: 'none', username: name, auth: { type: 'password', password } };
    const { id } = await addMailbox(door, mailbox, CONNECT_DEADLINE_MS);
    ids.set(id, { user: name, waiter });
  }
  for (const [mailboxId, { user, waiter }] of ids) {
    const wish = { site: 'riverbank.example', recipient: `${kind.id}-${user}`, mailboxId, expiresIn: 600 };
    if (waiter === 'a ticket') await call(door, 'POST', '/v1/tickets', wish);
  }
  await sleep(beforeMs);
  await kind.silence();
  const noticed = await untilNoticed(door, ids);
  const recipients: string[] = [];
  for (const { user } of ids.values()) {
    const to = `${kind.id}-${user}`;
    recipients.push(to);
    await kind.deliver(
      user,
      buildMail({ from: 'no-reply@riverbank.example', to, subject: 'Your code', text: 'Your code is 482913.' }),
    );
  }
  await kind.restore();
  const read = await untilRead(database, recipients);
  for (const id of ids.keys()) await call(door, 'DELETE', `/v1/mailboxes/${id}`);
  const rows = WAITERS.map((waits): Row => {
    const group = [...ids]
      .filter(([, { waiter }]) => waiter === waits)
      .map(([id]) => noticed.get(id) ?? Number.POSITIVE_INFINITY);
    return {
      server: kind.what,
      waits,
      mailboxes: group.length,
      'asked s': ASKED_SECONDS[waits],
      'worst s': toSeconds(Math.max(...group)),
      'median s': toSeconds(quantile(group, 0.5)),
      'mail read after s': toSeconds(read.tookMs),
    };
  });
  return { rows, lost: recipients.length - read.count };
}

/** For each mailbox: milliseconds until it was told as anything but connected. */
async function untilNoticed(door: Door, ids: ReadonlyMap<string, unknown>): Promise<Map<string, number>> {
  const noticed = new Map<string, number>();
  const began = performance.now();
  while (noticed.size < ids.size && performance.now() - began < MOST_MS) {
    const { items } = (await call(door, 'GET', '/v1/mailboxes?limit=500')) as { items: Mailbox[] };
    const at = performance.now() - began;
    for (const { id, connection } of items) {
      if (ids.has(id) && connection !== 'connected' && !noticed.has(id)) noticed.set(id, at);
    }
    await sleep(LOOK_EVERY_MS);
  }
  return noticed;
}

async function untilRead(database: Client, recipients: readonly string[]): Promise<{ count: number; tookMs: number }> {
  for (const began = performance.now(); ; await sleep(LOOK_EVERY_MS)) {
    const { rows } = await database.query<{ read: number }>(
      'SELECT count(DISTINCT recipient)::int AS read FROM tickets.mails WHERE recipient = ANY($1)',
      [recipients],
    );
    const count = rows[0]?.read ?? 0;
    const tookMs = performance.now() - began;
    if (count >= recipients.length || tookMs > MOST_MS) return { count, tookMs };
  }
}

function toUser(waiter: Waiter, at: number): { name: string; password: string; waiter: Waiter } {
  return { name: `${waiter === 'nobody' ? 'calm' : 'awaited'}${at}@otters.example`, password: PASSWORD, waiter };
}

function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

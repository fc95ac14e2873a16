import { setTimeout as sleep } from 'node:timers/promises';

import { buildMail } from '@otterpost/testkit/mail';
import { Client } from 'pg';

import { quantile } from '../bench/figures.ts';
import { type ChaosOutcome, mulberry32 } from './outcome.ts';
import { withWatchedSuite } from './watched-suite.ts';

const MAILBOXES = 50;
const MAILS = 1000;
const BETWEEN_MAILS_MS = 120;
const KILLS = 20;
const INGESTORS = 3;
const LOOK_EVERY_MS = 100;
/** After the last mail: a takeover, its sweep, and room. */
const REST_MS = 60_000;
const LATEST_TAKEOVER_MS = 10_000;

/** Who held what at a moment, by the database. */
interface Sight {
  readonly at: number;
  readonly heartbeats: ReadonlyMap<string, number>;
  readonly mailboxes: ReadonlyMap<string, { readonly owner: string | null; readonly isConnected: boolean }>;
}

/**
 * Mails into fifty mailboxes while ingestors are killed at random. Each mail must be read at least once; a takeover lasts from the death of a
 * mailbox's owner to the moment when another is connected to it.
 */
export async function chaosIngestor(seed: number): Promise<ChaosOutcome> {
  const random = mulberry32(seed);
  return withWatchedSuite(MAILBOXES, { replicas: { 'imap-ingestor': INGESTORS } }, async ({ suite, server, mailboxes }) => {
    const database = new Client(suite.databaseUrl);
    await database.connect();
    try {
      const sights: Sight[] = [];
      const looking = watch(database, sights);
      const due = new Set(Array.from({ length: KILLS }, (_, at) => Math.floor(((at + random()) * MAILS) / KILLS)));
      const kills: { afterMail: number; at: number }[] = [];
      const ingestors = suite.services.filter(({ name }) => name === 'imap-ingestor');
      for (let at = 0; at < MAILS; at++) {
        const to = `robot${at}@otters.example`;
        const text = `Your verification code is ${String(100_000 + at * 1777).slice(-6)}.`;
        const mail = buildMail({ from: 'no-reply@riverbank.example', to, subject: 'Your code', text });
        server.deliver(mailboxes[Math.floor(random() * MAILBOXES)]?.user ?? '', mail);
        if (due.has(at)) {
          ingestors[Math.floor(random() * INGESTORS)]?.kill('SIGKILL');
          kills.push({ afterMail: at, at: performance.now() });
        }
        await sleep(BETWEEN_MAILS_MS);
      }
      const read = await untilRead(database);
      const takeovers = await untilTakenOver(() => kills.flatMap(({ at }) => takeoversAfter(at, sights)));
      await looking.stop();
      const counts = {
        mails: MAILS,
        kills: kills.length,
        lost: MAILS - read,
        'mailboxes taken over': takeovers.length,
        'takeover p50 ms': quantile(takeovers, 0.5),
        'takeover p99 ms': quantile(takeovers, 0.99),
      };
      return {
        faults: kills.map(({ afterMail }) => ({ afterMail, what: 'imap-ingestor: SIGKILL' })),
        counts,
        isBroken: counts.lost > 0 || counts['takeover p99 ms'] > LATEST_TAKEOVER_MS,
      };
    } finally {
      await database.end();
    }
  });
}

function watch(database: Client, sights: Sight[]): { stop(): Promise<void> } {
  let isStopped = false;
  const looking = (async () => {
    while (!isStopped) {
      const { rows } = await database.query<{ id: string; owner: string | null; connection: string }>(
        'SELECT id, owner, connection FROM accounts.mailboxes',
      );
      const beats = await database.query<{ id: string; expires_at: Date }>('SELECT id, expires_at FROM accounts.ingestors');
      sights.push({
        at: performance.now(),
        heartbeats: new Map(beats.rows.map(({ id, expires_at }) => [id, expires_at.getTime()])),
        mailboxes: new Map(rows.map(({ id, owner, connection }) => [id, { owner, isConnected: connection === 'connected' }])),
      });
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      await looking;
    },
  };
}

/** For each mailbox of the one that was killed then: milliseconds until another was connected to it. */
function takeoversAfter(killedAt: number, sights: readonly Sight[]): number[] {
  const [before] = sights.filter(({ at }) => at <= killedAt).slice(-1);
  const after = sights.filter(({ at }) => at > killedAt);
  if (before === undefined) return [];
  // Those that were killed earlier are still listed: the one that was killed now was heard last.
  const [dead] = [...before.heartbeats]
    .filter(([id, beat]) => !after.some(({ heartbeats }) => (heartbeats.get(id) ?? 0) > beat))
    .toSorted(([, beat], [, other]) => other - beat)
    .map(([id]) => id);
  return [...before.mailboxes].flatMap(([id, { owner }]) => {
    if (owner === null || owner !== dead) return [];
    const taken = after.find(({ mailboxes }) => {
      const now = mailboxes.get(id);
      return now !== undefined && now.owner !== null && now.owner !== dead && now.isConnected;
    });
    return taken === undefined ? [Number.POSITIVE_INFINITY] : [taken.at - killedAt];
  });
}

/** The last one that died may have held mailboxes to which no mail came any more. */
async function untilTakenOver(measure: () => number[]): Promise<number[]> {
  for (const began = performance.now(); ; await sleep(500)) {
    const takeovers = measure();
    if (takeovers.every(Number.isFinite) || performance.now() - began > REST_MS) return takeovers;
  }
}

/** How many different mails were read in the end. */
async function untilRead(database: Client): Promise<number> {
  for (const began = performance.now(); ; await sleep(500)) {
    const { rows } = await database.query<{ read: number }>('SELECT count(DISTINCT recipient)::int AS read FROM tickets.mails');
    const read = rows[0]?.read ?? 0;
    if (read >= MAILS || performance.now() - began > REST_MS) return read;
  }
}

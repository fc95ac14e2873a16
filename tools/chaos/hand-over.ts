import { setTimeout as sleep } from 'node:timers/promises';

import type { MailboxId } from '@otterpost/contracts/ids';
import { mailReceived, toMailId } from '@otterpost/contracts/mail-events';
import { type Bus, connectBus } from '@otterpost/messaging/connection';
import { buildMail } from '@otterpost/testkit/mail';

import { quantile } from '../bench/figures.ts';
import { call } from '../demo/worker.ts';
import { type ChaosOutcome, mulberry32 } from './outcome.ts';
import { type WatchedSuite, withWatchedSuite } from './watched-suite.ts';

const MAILBOXES = 40;
const INGESTORS = 2;
const BETWEEN_MAILS_MS = 25;
const LOOK_EVERY_MS = 2;
const CALM_MS = 8000;
/** The one that stopped comes again, and inherits its share in steps. */
const RETURN_MS = 12_000;
/** After the last mail. */
const REST_MS = 10_000;
const MOST_CONNECTIONS = 2;
/** A mail that had to wait for a takeover would take longer, on any machine... */
const LATEST_MS = 500;
/** ...that is not so busy that mails take long anyhow: then, so many times as long as the slowest before. */
const SLOWER_BY = 1.5;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

interface Sent {
  readonly during: string;
  readonly mailId: string;
  readonly at: number;
}

/**
 * An ingestor is told to stop (SIGTERM) while mails come, and comes again. No mailbox is without a connection at any moment, none has more than
 * two, and a mail that comes meanwhile is published as fast as any other.
 */
export async function chaosHandOver(seed: number): Promise<ChaosOutcome> {
  const random = mulberry32(seed);
  return withWatchedSuite(MAILBOXES, { replicas: { 'imap-ingestor': INGESTORS } }, async (watched) => {
    const bus = await connectBus({ servers: watched.suite.natsUrl, name: 'chaos', logger: quiet });
    const published = listen(bus);
    const connections = countConnections(watched);
    try {
      // Their junk folders have the second connection.
      for (const { id, user } of watched.mailboxes.slice(0, MAILBOXES / 2)) {
        const wish = { site: 'nobody.example', recipient: user, mailboxId: id, expiresIn: 600 };
        await call(watched.door, 'POST', '/v1/tickets', wish);
      }
      await sleep(CALM_MS);
      connections.begin();
      const sent: Sent[] = [];
      const send = (during: string, isOver: () => boolean): Promise<void> => sendMails(watched, random, sent, during, isOver);
      await send('before', after(CALM_MS));
      const stopped = stopOne(watched);
      await send('hand-over', () => stopped.tookMs !== undefined);
      await send('return', after(RETURN_MS));
      for (const rest = after(REST_MS); sent.some(({ mailId }) => !published.has(mailId)) && !rest(); ) await sleep(50);
      const rows = ['before', 'hand-over', 'return'].map((during) => toRow(during, sent, published));
      const counts = {
        mails: sent.length,
        lost: sent.filter(({ mailId }) => !published.has(mailId)).length,
        'stopped after ms': Math.round(stopped.tookMs ?? Number.POSITIVE_INFINITY),
        'mailboxes without connection': connections.without.size,
        'most connections': connections.most,
      };
      const [usual = 0, ...others] = rows.map((row) => row['slowest ms']);
      const isLate = Math.max(...others) > Math.max(LATEST_MS, usual * SLOWER_BY);
      const isBroken =
        counts.lost > 0 || counts['mailboxes without connection'] > 0 || connections.most > MOST_CONNECTIONS || isLate;
      return { faults: rows, counts, isBroken };
    } finally {
      connections.stop();
      await bus.drain();
    }
  });
}

function after(ms: number): () => boolean {
  const until = performance.now() + ms;
  return () => performance.now() > until;
}

async function sendMails(
  { server, mailboxes }: WatchedSuite,
  random: () => number,
  sent: Sent[],
  during: string,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const mailbox = mailboxes[Math.floor(random() * mailboxes.length)];
    if (mailbox === undefined) return;
    const raw = buildMail({ from: 'a@site.example', to: mailbox.user, subject: 'News', text: 'Nothing to read.' });
    const at = performance.now();
    const { uid } = server.deliver(mailbox.user, raw);
    sent.push({ during, at, mailId: toMailId({ mailboxId: mailbox.id as MailboxId, folder: 'INBOX', uidValidity: 1, uid }) });
    await sleep(BETWEEN_MAILS_MS);
  }
}

/** When each mail was first seen on the bus. */
function listen({ connection }: Bus): ReadonlyMap<string, number> {
  const published = new Map<string, number>();
  connection.subscribe(mailReceived.subject, {
    callback: (_, message) => {
      const mailId = message.headers?.get('Nats-Msg-Id');
      if (mailId !== undefined && !published.has(mailId)) published.set(mailId, performance.now());
    },
  });
  return published;
}

/** Which mailboxes had no connection that has the inbox selected, and the most connections that one had. */
function countConnections({ server, mailboxes }: WatchedSuite) {
  const without = new Set<string>();
  let most = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    for (const { user } of mailboxes) {
      if (server.sessions(user, 'INBOX') === 0) without.add(user);
      most = Math.max(most, server.connections(user));
    }
  };
  return {
    without,
    get most() {
      return most;
    },
    begin: () => {
      timer = setInterval(look, LOOK_EVERY_MS);
    },
    stop: () => clearInterval(timer),
  };
}

function stopOne({ suite }: WatchedSuite): { readonly tookMs: number | undefined } {
  const ingestor = suite.services.find(({ name }) => name === 'imap-ingestor');
  const outcome: { tookMs: number | undefined } = { tookMs: undefined };
  const { restarts } = ingestor ?? {};
  const began = performance.now();
  ingestor?.kill('SIGTERM');
  const timer = setInterval(() => {
    if (ingestor?.restarts === restarts) return;
    outcome.tookMs = performance.now() - began;
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  return outcome;
}

function toRow(during: string, sent: readonly Sent[], published: ReadonlyMap<string, number>) {
  const mails = sent.filter((mail) => mail.during === during);
  const times = mails.map(({ mailId, at }) => (published.get(mailId) ?? Number.POSITIVE_INFINITY) - at);
  return {
    during,
    mails: mails.length,
    'p50 ms': quantile(times, 0.5),
    'p99 ms': quantile(times, 0.99),
    'slowest ms': Math.round(Math.max(0, ...times)),
  };
}

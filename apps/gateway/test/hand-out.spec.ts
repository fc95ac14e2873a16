import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MailboxId, newId } from '@otterpost/contracts/ids';
import { type MailRead, toMailId } from '@otterpost/contracts/mail-events';
import { NewTicket } from '@otterpost/contracts/tickets';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { createLogger } from '@otterpost/service/logger';
import { eventually } from '@otterpost/testkit/eventually';
import { keepEvidence } from '@otterpost/testkit/evidence';
import { type Postgres, startPostgres } from '@otterpost/testkit/postgres';
import fc from 'fast-check';

import { CANDIDATES, GIVE, LOCK_AND_PLAN_ONCE } from '../src/adapters/take-mails.ts';
import { createTicketStore } from '../src/adapters/ticket-store.ts';
import type { TicketStore } from '../src/core/ticket-store.ts';
import { ENTITIES, MIGRATIONS, SCHEMA } from '../src/gateway.module.ts';

let postgres: Postgres;
let database: Database;
let store: TicketStore;
let position = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  const logger = createLogger({ name: 'hand-out', level: 'trace' }, keepEvidence('logs', 'hand-out'));
  const url = await postgres.createDatabase();
  database = await openDatabase({ url, schema: SCHEMA, entities: ENTITIES, migrations: MIGRATIONS, logger });
  store = createTicketStore(database, parseKeyRing(`k1:${randomBytes(32).toString('base64')}`));
}, 60_000);
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
}, 30_000);

const newSite = (): string => `${randomUUID()}.example`;

async function openTicket(
  wish: { site: string; recipient?: string; kind?: 'code' | 'link'; notBefore?: string },
  idempotency?: { key: string; hash: string },
) {
  const { stored, isNew } = await store.open({
    keyId: 'key_of_the_test',
    idempotency,
    wish: NewTicket.parse(wish),
    site: wish.site,
    position,
    mailboxId: null,
  });
  return { ...stored.ticket, isNew };
}

/** As `takeMails` has a statement planned, in PostgreSQL's words. */
function planOf(statement: string): Promise<string> {
  return database.dataSource.transaction(async (tx) => {
    await tx.query(LOCK_AND_PLAN_ONCE, [newSite()]);
    const rows: { 'QUERY PLAN': string }[] = await tx.query(`EXPLAIN (GENERIC_PLAN) ${statement}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

function readMail(more: Partial<MailRead> & { site: string }): MailRead {
  position++;
  const now = new Date().toISOString();
  const place = { mailboxId: newId('mailbox') as MailboxId, folder: 'INBOX', uidValidity: 1, uid: position };
  return {
    ...place,
    mailId: toMailId(place),
    position,
    serverClockOffsetMs: null,
    hops: { mailDate: null, serverReceivedAt: null, noticedAt: now, fetchedAt: now, publishedAt: now, extractedAt: now },
    kind: 'code',
    code: '482913',
    link: null,
    reason: null,
    confidence: 1,
    recipient: null,
    forwarded: 'none',
    authenticity: 'pass',
    refused: false,
    expiresIn: null,
    from: null,
    subject: null,
    ...more,
  };
}

/** Holds whoever stores a code between the choice of its ticket and the hand-out. */
async function holdHandOuts(during: () => Promise<void>): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('LOCK TABLE codes IN SHARE MODE');
    await during();
  });
}
const someoneWaitsFor = (locks: number): Promise<true> =>
  eventually(async () => {
    const rows = await database.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    return rows.length === locks || undefined;
  });

describe('the hand-out', () => {
  it.each(['cancelled', 'expired'] as const)('never gives a code to a ticket that was told to be %s', async (end) => {
    const site = newSite();
    const { id } = await openTicket({ site });
    let taken: Promise<unknown> = Promise.resolve();
    let ended: Promise<unknown> = Promise.resolve();
    await holdHandOuts(async () => {
      taken = store.take(readMail({ site }));
      await someoneWaitsFor(1);
      let settled = false;
      ended = (end === 'cancelled' ? store.cancel(id) : store.expire(id, 'no_mail')).finally(() => {
        settled = true;
      });
      await eventually(
        async () => settled || (await database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 1 || undefined,
      );
    });
    const [given, told] = await Promise.all([taken, ended]);
    expect([given === undefined, told === undefined].toSorted()).toEqual([false, true]);
    expect((await store.find(id))?.ticket.status).toBe(told === undefined ? 'fulfilled' : end);
  });

  it('finds the one ticket that takes a code behind any number that wait for links', async () => {
    const site = newSite();
    for (let count = 0; count < 101; count++) await openTicket({ site, recipient: 'ada@otters.example', kind: 'link' });
    const { id } = await openTicket({ site, recipient: 'ada@otters.example', kind: 'code' });
    const given = await store.take(readMail({ site, recipient: 'ada@otters.example' }));
    expect(given?.ticket.id).toBe(id);
  });

  it('keeps a code claimable when a newer mail that is not authentic comes', async () => {
    const site = newSite();
    const since = new Date(Date.now() - 60_000).toISOString();
    await store.take(readMail({ site, code: '111111' }));
    await store.take(readMail({ site, code: '666666', refused: true, authenticity: 'fail' }));
    expect(await openTicket({ site, notBefore: since })).toMatchObject({ status: 'fulfilled', code: '111111' });
  });

  it('keeps a code claimable that is read after a newer mail that is not authentic', async () => {
    const site = newSite();
    const since = new Date(Date.now() - 60_000).toISOString();
    const genuine = readMail({ site, code: '111111' });
    await store.take(readMail({ site, code: '666666', refused: true, authenticity: 'fail' }));
    await store.take(genuine);
    expect(await openTicket({ site, notBefore: since })).toMatchObject({ status: 'fulfilled', code: '111111' });
  });

  it('gives the newest of two unclaimed codes, whichever was read first', async () => {
    const site = newSite();
    const since = new Date(Date.now() - 60_000).toISOString();
    const [older, newer] = [readMail({ site, code: '111111' }), readMail({ site, code: '222222' })];
    await store.take(newer);
    await store.take(older);
    expect(await openTicket({ site, notBefore: since })).toMatchObject({ code: '222222' });
    expect(await openTicket({ site, notBefore: since })).toMatchObject({ status: 'open' });
  });
});

describe('an Idempotency-Key', () => {
  it('finds its ticket for a day, and is free again afterwards', async () => {
    const wish = { site: newSite() };
    const idempotency = { key: randomUUID(), hash: 'h' };
    const first = await openTicket(wish, idempotency);
    expect(await openTicket(wish, idempotency)).toMatchObject({ id: first.id, isNew: false });
    await database.query("UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE idempotency_key = $1", [
      idempotency.key,
    ]);
    const next = await openTicket(wish, { ...idempotency, hash: 'another' });
    expect(next).toMatchObject({ isNew: true });
    expect(next.id).not.toBe(first.id);
    expect(await openTicket(wish, { ...idempotency, hash: 'another' })).toMatchObject({ id: next.id, isNew: false });
  });

  it('takes mails that come together as it would take them one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ recipient: SOMEONE, kind: fc.constantFrom('code', 'link', undefined) }), { maxLength: 6 }),
        fc.array(fc.record({ recipient: SOMEONE, holds: fc.constantFrom('code', 'link'), refused: FEW }), { maxLength: 12 }),
        async (tickets, mails) => {
          const together = await play(tickets, mails, (all) => Promise.all(all.map((mail) => store.take(mail))));
          const oneByOne = await play(tickets, mails, async (all) => {
            for (const mail of all) await store.take(mail);
          });
          expect(together).toEqual(oneByOne);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it('takes a mail once, however often it comes at a time', async () => {
    const site = newSite();
    const recipient = 'otter@otters.example';
    const tickets = [await openTicket({ site, recipient }), await openTicket({ site, recipient })];
    const mail = readMail({ site, recipient });
    const given = await Promise.all([readMail({ site }), mail, mail, mail].map((one) => store.take(one)));
    expect(given.filter((one) => one !== undefined).map(({ ticket }) => ticket.id)).toEqual([tickets[0]?.id]);
  });

  it('keeps no mail out for another that cannot be stored', async () => {
    const site = newSite();
    const { id } = await openTicket({ site });
    const first = store.take(readMail({ site, refused: true }));
    const outcomes = await Promise.allSettled([
      first,
      store.take(readMail({ site, from: 'no\u0000body@otters.example', refused: true })),
      store.take(readMail({ site })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.find(id))?.ticket.status).toBe('fulfilled');
  });

  it.each([
    ['open tickets', CANDIDATES, 'tickets_open'],
    ['unclaimed codes that it makes old', GIVE, 'codes_unassigned'],
  ])('does not read through the site for the %s', async (_what, statement, index) => {
    const plan = await planOf(statement);
    const conditions = [...plan.matchAll(new RegExp(`using ${index} on .*\\n *Index Cond: (.*)`, 'g'))].map(
      ([, condition]) => condition,
    );
    expect(conditions).toHaveLength(2);
    expect(conditions.filter((condition) => /recipient = asked/.test(condition ?? ''))).toHaveLength(1);
    expect(conditions.filter((condition) => /recipient IS NULL/.test(condition ?? ''))).toHaveLength(1);
    expect(plan).not.toContain('Seq Scan');
  });
});

const SOMEONE = fc.constantFrom('pup@otters.example', 'dam@otters.example', undefined);
const FEW = fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0);

interface PlayedTicket {
  readonly recipient: string | undefined;
  readonly kind: 'code' | 'link' | undefined;
}
interface PlayedMail {
  readonly recipient: string | undefined;
  readonly holds: 'code' | 'link';
  readonly refused: boolean;
}

/** What each ticket got, and what became of each code, on a site of its own. */
async function play(
  tickets: readonly PlayedTicket[],
  mails: readonly PlayedMail[],
  takeAll: (mails: readonly MailRead[]) => Promise<unknown>,
): Promise<unknown> {
  const site = newSite();
  const opened: string[] = [];
  for (const { recipient, kind } of tickets) {
    const wish = { site, ...(recipient === undefined ? {} : { recipient }), ...(kind === undefined ? {} : { kind }) };
    opened.push((await openTicket(wish)).id);
  }
  const before = position;
  await takeAll(
    mails.map(({ recipient, holds, refused }, at) =>
      readMail({
        site,
        recipient: recipient ?? null,
        refused,
        kind: holds,
        code: holds === 'code' ? `${100_000 + at}` : null,
        link: holds === 'link' ? `https://riverbank.example/${at}` : null,
      }),
    ),
  );
  const got = await Promise.all(
    opened.map(async (id) => {
      const { status, code, link } = (await store.find(id))?.ticket ?? {};
      return { status, code, link };
    }),
  );
  const codes = await database.query<{ at: number; status: string; reason: string | null }>(
    'SELECT (position - $2)::int AS at, status, reason FROM codes WHERE site = $1 ORDER BY position',
    [site, before],
  );
  return { got, codes };
}

import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CodeId, type MailboxId, newId } from '@otterpost/contracts/ids';
import { type MailRead, toMailId } from '@otterpost/contracts/mail-events';
import { NewTicket } from '@otterpost/contracts/tickets';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { createLogger } from '@otterpost/service/logger';
import { keepEvidence } from '@otterpost/testkit/evidence';
import { type Postgres, startPostgres } from '@otterpost/testkit/postgres';
import fc from 'fast-check';

import { createTicketStore } from '../src/adapters/ticket-store.ts';
import type { TicketStore } from '../src/core/ticket-store.ts';
import { ENTITIES, MIGRATIONS, SCHEMA } from '../src/gateway.module.ts';
import { fits, type PlainMail, PlainModel, type PlainTicket } from './plain-model.ts';

const OPERATOR = { keyId: newId('key'), address: null };
const GATEWAYS = 3;
const mailboxId = newId('mailbox') as MailboxId;
let postgres: Postgres;
const databases: Database[] = [];
let stores: TicketStore[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const logger = createLogger({ name: 'matching-model', level: 'trace' }, keepEvidence('logs', 'matching-model'));
  const ring = parseKeyRing(`k1:${randomBytes(32).toString('base64')}`);
  const url = await postgres.createDatabase();
  const options = { url, schema: SCHEMA, entities: ENTITIES, migrations: MIGRATIONS, logger, pipelining: true };
  for (let gateway = 0; gateway < GATEWAYS; gateway++) databases.push(await openDatabase(options));
  stores = databases.map((database) => createTicketStore(database, ring));
}, 60_000);
afterAll(async () => {
  for (const database of databases) await database.close();
  await postgres?.stop();
}, 30_000);

/** The gateways as one run of a test sees them: sites and mails of its own. */
class Gateways {
  readonly run = randomUUID();
  readonly #ids = new Map<number, string>();
  readonly #mails = new Map<string, MailRead>();
  readonly #since = new Date(Date.now() - 60_000).toISOString();

  get store(): TicketStore {
    const [store] = stores;
    if (store === undefined) throw new Error('No gateway is open');
    return store;
  }

  async open(ticket: PlainTicket, store: TicketStore = this.store): Promise<void> {
    const site = this.siteOf(ticket.site);
    const { recipient, kind } = ticket;
    const wish = {
      site,
      kind,
      ...(recipient === null ? {} : { recipient }),
      ...(ticket.takesPast ? { notBefore: this.#since } : {}),
    };
    const { stored } = await store.open({
      keyId: 'key_of_the_test',
      idempotency: undefined,
      wish: NewTicket.parse(wish),
      site,
      position: ticket.after,
      mailboxId: null,
    });
    this.#ids.set(ticket.number, stored.ticket.id);
  }

  async read(mail: PlainMail, store: TicketStore = this.store): Promise<void> {
    await store.take(this.mailOf(mail));
  }

  idOf({ number }: PlainTicket): string {
    return this.#ids.get(number) ?? 'not opened';
  }

  has({ number }: PlainTicket): boolean {
    return this.#ids.has(number);
  }

  async codeIdOf(value: string): Promise<string> {
    const [row] = await this.query<{ id: string }>('SELECT id FROM codes WHERE mail_id = $1', [this.#mails.get(value)?.mailId]);
    return row?.id ?? '';
  }

  /** Tickets and codes as the database has them, in the model's words. */
  async seen(model: PlainModel): Promise<{ tickets: object[]; codes: object[] }> {
    const ids = model.tickets.map((ticket) => this.idOf(ticket));
    const mailIds = model.codes.map(({ value }) => this.#mails.get(value)?.mailId);
    const [tickets, codes] = await Promise.all([
      Promise.all(ids.map((id) => this.store.find(id))),
      this.query<{ mail_id: string; status: string; reason: string | null }>(
        'SELECT mail_id, status, reason FROM codes WHERE mail_id = ANY($1)',
        [mailIds],
      ),
    ]);
    return {
      tickets: tickets.map((stored, number) => ({
        number,
        status: stored?.ticket.status,
        holds: stored?.ticket.code ?? stored?.ticket.link ?? null,
      })),
      codes: mailIds.map((mailId, at) => {
        const code = codes.find(({ mail_id }) => mail_id === mailId);
        return { value: model.codes[at]?.value, status: code?.status, reason: code?.reason };
      }),
    };
  }

  query<Row extends Record<string, unknown>>(text: string, values: unknown[]): Promise<Row[]> {
    return databases[0]?.query<Row>(text, values) ?? Promise.resolve([]);
  }

  siteOf(site: string): string {
    return `${site}.${this.run}.example`;
  }

  mailOf(mail: PlainMail): MailRead {
    const known = this.#mails.get(mail.value);
    if (known !== undefined) return known;
    const now = new Date().toISOString();
    const place = { mailboxId, folder: this.run, uidValidity: 1, uid: mail.position };
    const made: MailRead = {
      ...place,
      mailId: toMailId(place),
      position: mail.position,
      serverClockOffsetMs: null,
      hops: { mailDate: null, serverReceivedAt: null, noticedAt: now, fetchedAt: now, publishedAt: now, extractedAt: now },
      kind: mail.has === 'both' ? 'code+link' : mail.has,
      code: mail.has === 'link' ? null : mail.value,
      link: mail.has === 'code' ? null : mail.value,
      reason: null,
      confidence: 1,
      site: this.siteOf(mail.site),
      recipient: mail.recipient,
      forwarded: 'none',
      authenticity: mail.refused ? 'fail' : 'pass',
      refused: mail.refused,
      expiresIn: null,
      from: null,
      subject: null,
    };
    this.#mails.set(mail.value, made);
    return made;
  }
}

type Step = fc.AsyncCommand<PlainModel, Gateways>;

/** A step of the plain model and of the gateways; afterwards both must tell the same. */
function step(
  told: string,
  check: (model: PlainModel) => boolean,
  run: (model: PlainModel, real: Gateways) => Promise<void>,
): Step {
  return {
    check,
    run: async (model, real) => {
      await run(model, real);
      expect(await real.seen(model)).toEqual({
        tickets: model.tickets.map(({ number, status, holds }) => ({ number, status, holds })),
        codes: model.codes.map(({ value, status, reason }) => ({ value, status, reason })),
      });
    },
    toString: () => told,
  };
}

const site = fc.constantFrom('nike', 'puma');
const recipient = fc.constantFrom(null, 'ada@otters.example', 'bea@otters.example');
const has = fc.constantFrom<PlainMail['has']>('code', 'code', 'link', 'both');
const wish = fc.record({
  site,
  recipient,
  kind: fc.constantFrom<PlainTicket['kind']>('any', 'any', 'code', 'link'),
  takesPast: fc.boolean(),
});
const content = fc.record({ site, recipient, has, refused: fc.nat(7).map((one) => one === 0) });
const pick = fc.nat();

function nth<T>(things: readonly T[], at: number): T {
  const thing = things[at % things.length];
  if (thing === undefined) throw new Error('Nothing to pick from');
  return thing;
}

/** Mails that were noted and are not read yet: they are read in any order. */
const noted = new WeakMap<PlainModel, PlainMail[]>();
function notedIn(model: PlainModel): PlainMail[] {
  const mails = noted.get(model) ?? [];
  noted.set(model, mails);
  return mails;
}
function note(model: PlainModel, mail: Omit<PlainMail, 'value' | 'position'>): PlainMail {
  const position = ++model.position;
  return { ...mail, position, value: String(100_000 + position) };
}
const withStatus = (model: PlainModel, ...statuses: PlainTicket['status'][]): PlainTicket[] =>
  model.tickets.filter(({ status }) => statuses.includes(status));

const steps: fc.Arbitrary<Step>[] = [
  wish.map((made) =>
    step(
      `open ${JSON.stringify(made)}`,
      () => true,
      (model, real) => real.open(model.open(made)),
    ),
  ),
  content.map((mail) =>
    step(
      `mail ${JSON.stringify(mail)}`,
      () => true,
      async (model, real) => {
        const read = note(model, mail);
        model.read(read);
        await real.read(read);
      },
    ),
  ),
  content.map((mail) =>
    step(
      `note ${JSON.stringify(mail)}`,
      () => true,
      async (model) => void notedIn(model).push(note(model, mail)),
    ),
  ),
  pick.map((at) =>
    step(
      `read the noted ${at}`,
      (model) => notedIn(model).length > 0,
      async (model, real) => {
        const waiting = notedIn(model);
        const [mail] = waiting.splice(at % waiting.length, 1);
        if (mail === undefined) return;
        model.read(mail);
        await real.read(mail);
      },
    ),
  ),
  pick.map((at) =>
    step(
      `read again ${at}`,
      (model) => model.codes.length > 0,
      (model, real) => real.read(nth(model.codes, at)),
    ),
  ),
  pick.map((at) =>
    step(
      `reject ${at}`,
      (model) => withStatus(model, 'fulfilled').length > 0,
      async (model, real) => {
        const ticket = nth(withStatus(model, 'fulfilled'), at);
        model.reject(ticket);
        await real.store.reject(real.idOf(ticket), undefined);
      },
    ),
  ),
  pick.map((at) =>
    step(
      `cancel ${at}`,
      (model) => withStatus(model, 'open').length > 0,
      async (model, real) => {
        const ticket = nth(withStatus(model, 'open'), at);
        ticket.status = 'cancelled';
        await real.store.cancel(real.idOf(ticket));
      },
    ),
  ),
  pick.map((at) =>
    step(
      `type ${at}`,
      (model) => withStatus(model, 'open').length > 0,
      async (model, real) => {
        const ticket = nth(withStatus(model, 'open'), at);
        ticket.status = 'fulfilled';
        ticket.holds = `typed${at}`;
        await real.store.fulfilByHand(real.idOf(ticket), { code: `typed${at}` }, OPERATOR);
      },
    ),
  ),
  fc.tuple(pick, pick).map(([code, ticket]) =>
    step(
      `assign ${code} to ${ticket}`,
      (model) => assignable(model).length > 0,
      async (model, real) => {
        const [given, to] = nth(assignable(model), code + ticket);
        await real.store.assign((await real.codeIdOf(given.value)) as CodeId, real.idOf(to), OPERATOR);
        given.status = 'assigned';
        given.reason = null;
        to.status = 'fulfilled';
        to.holds = given.value;
      },
    ),
  ),
];

function assignable(model: PlainModel): [PlainModel['codes'][number], PlainTicket][] {
  return model.codes
    .filter(({ status }) => status === 'unassigned')
    .flatMap((code) =>
      withStatus(model, 'open')
        .filter(
          (ticket) =>
            ticket.site === code.site &&
            (ticket.recipient === null || code.recipient === null || ticket.recipient === code.recipient),
        )
        .map((ticket): [PlainModel['codes'][number], PlainTicket] => [code, ticket]),
    );
}

describe('tickets, mails and people in any order', () => {
  it('end as the plain model says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 40, size: 'max' }), async (commands) => {
        await fc.asyncModelRun(() => ({ model: new PlainModel(), real: new Gateways() }), commands);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

/** What somebody does at one of the gateways while others do other things at theirs. */
type Deed = { readonly at: number } & (
  | { readonly does: 'open'; readonly wish: Pick<PlainTicket, 'site' | 'recipient' | 'kind' | 'takesPast'> }
  | { readonly does: 'read'; readonly mail: Omit<PlainMail, 'value' | 'position'> }
  | { readonly does: 'reject' | 'cancel' | 'read again'; readonly which: number }
);
const at = fc.nat(GATEWAYS - 1);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at, does: fc.constant('open' as const), wish }) },
  { weight: 4, arbitrary: fc.record({ at, does: fc.constant('read' as const), mail: content }) },
  {
    weight: 2,
    arbitrary: fc.record({ at, does: fc.constantFrom('reject' as const, 'cancel' as const, 'read again' as const), which: pick }),
  },
);

/** Begins every deed in an order of the scheduler's choosing; many are under way at once, at three gateways. */
async function doAll(
  deeds: readonly Deed[],
  scheduler: fc.Scheduler,
  real: Gateways,
): Promise<{ tickets: PlainTicket[]; mails: PlainMail[] }> {
  const book = new PlainModel();
  const mails: PlainMail[] = [];
  const underWay: Promise<unknown>[] = [];
  for (const one of deeds) {
    const store = nth(stores, one.at);
    const begin = async (): Promise<void> => {
      if (one.does === 'open') {
        const ticket: PlainTicket = {
          ...one.wish,
          number: book.tickets.length,
          after: book.position,
          status: 'open',
          holds: null,
        };
        book.tickets.push(ticket);
        await real.open(ticket, store);
      } else if (one.does === 'read') {
        const mail = note(book, one.mail);
        mails.push(mail);
        await real.read(mail, store);
      } else if (one.does === 'read again') {
        if (mails.length > 0) await real.read(nth(mails, one.which), store);
      } else {
        const opened = book.tickets.filter((ticket) => real.has(ticket));
        if (opened.length > 0) await store[one.does](real.idOf(nth(opened, one.which)), undefined).catch(ignoreNotFulfilled);
      }
    };
    void scheduler.schedule(Promise.resolve(), one.does).then(() => underWay.push(begin()));
  }
  await scheduler.waitIdle();
  await Promise.all(underWay);
  return { tickets: book.tickets, mails };
}

function ignoreNotFulfilled(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'ticket_not_fulfilled') throw error;
}

interface Given extends Record<string, unknown> {
  readonly mail_id: string;
  readonly ticket_id: string;
  readonly rejected: boolean;
}

describe('three gateways at once', () => {
  it('give a code to one ticket that may take it, and leave none to wait that may be taken', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { minLength: 10, maxLength: 60, size: 'max' }),
        fc.scheduler(),
        async (deeds, scheduler) => {
          const real = new Gateways();
          const { tickets, mails } = await doAll(deeds, scheduler, real);
          const mailOf = new Map(mails.map((mail) => [real.mailOf(mail).mailId as string, mail]));
          const ticketOf = new Map(tickets.map((ticket) => [real.idOf(ticket), ticket]));
          const given = await real.query<Given>(
            `SELECT codes.mail_id, ticket_id, rejected_at IS NOT NULL AS rejected FROM assignments JOIN codes ON codes.id = code_id
           WHERE ticket_id = ANY($1)`,
            [[...ticketOf.keys()]],
          );
          expect(new Set(given.map(({ mail_id }) => mail_id)).size).toBe(given.length);
          for (const { mail_id, ticket_id } of given) {
            const [ticket, mail] = [ticketOf.get(ticket_id), mailOf.get(mail_id)];
            if (ticket === undefined || mail === undefined)
              throw new Error(`${mail_id} was given to ${ticket_id}: nobody knows them`);
            expect({ mail, ticket, fits: fits({ ...ticket, status: 'open' }, mail, ticket.takesPast) }).toMatchObject({
              fits: true,
            });
            expect(mail.refused).toBe(false);
          }
          for (const [id, ticket] of ticketOf) {
            const { status } = (await real.store.find(id))?.ticket ?? {};
            const holds = given.filter(({ ticket_id, rejected }) => ticket_id === id && !rejected).length;
            expect([status, holds]).toEqual([status, status === 'fulfilled' ? 1 : 0]);
            if (status !== 'open' || ticket.recipient === null || given.some(({ ticket_id }) => ticket_id === id)) continue;
            const left = await real.query<{ mail_id: string }>(
              "SELECT mail_id FROM codes WHERE status = 'unassigned' AND reason = 'no_ticket' AND site = $1",
              [real.siteOf(ticket.site)],
            );
            for (const { mail_id } of left) {
              const mail = mailOf.get(mail_id);
              expect(mail !== undefined && fits({ ...ticket, status: 'open' }, mail, ticket.takesPast)).toBe(false);
            }
          }
          expect(await real.query('SELECT mail_id FROM codes WHERE mail_id = ANY($1)', [[...mailOf.keys()]])).toHaveLength(
            mails.length,
          );
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '@otterpost/contracts/accounts';
import type { DeadLetter } from '@otterpost/contracts/dead-letters';
import { FAILURES, type FailureCode } from '@otterpost/contracts/failures';
import { newId } from '@otterpost/contracts/ids';
import type { Import } from '@otterpost/contracts/imports';
import { mailRead, toMailId } from '@otterpost/contracts/mail-events';
import { type Bus, connectBus } from '@otterpost/messaging/connection';
import { publishSealed } from '@otterpost/messaging/publish';
import { STREAMS } from '@otterpost/messaging/streams';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { createLogger } from '@otterpost/service/logger';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { Client } from 'pg';

import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

/** What nobody outside ever hears of, and why. Whatever is not here is produced below. */
const NEVER_TOLD = {
  dns_unavailable: 'only delays a mail on the bus: apps/code-extractor/test/read-and-publish.spec.ts',
} as const satisfies Partial<Record<FailureCode, string>>;

const MASTER_KEYS = `k1:${randomBytes(32).toString('base64')}`;
/** More than this test sends on a fast machine. */
const REQUESTS_PER_SECOND = 300;
/** A gateway that stands still so long, and goes on so shortly, is overloaded on the mean of a second. */
const [FROZEN_MS, THAWED_MS] = [3000, 5];
const HEADER_SENT_MS = 100;
/** As code-extractor tells of it. */
const CODE = { kind: 'code', code: '482913', site: 'weir.example', recipient: null };

interface Answer {
  readonly asked: { readonly method: string; readonly path: string };
  readonly status: number;
  readonly type: string | null;
  readonly body: { readonly id: string; readonly key: string; readonly code: string };
}
interface ApiDescription {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, { readonly description: string }>> }>>>
  >;
}

let folder: string;
let suite: Suite;
let bus: Bus;
let description: ApiDescription;
let groupId: string;
let accounts: readonly Account[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  const env = {
    OTTERPOST_MASTER_KEYS: MASTER_KEYS,
    OTTERPOST_ALLOW_PRIVATE_HOSTS: 'false',
    OTTERPOST_REQUESTS_PER_SECOND: String(REQUESTS_PER_SECOND),
  };
  suite = await startJourney({ dataDir: folder, env });
  bus = await connectBus({
    servers: suite.natsUrl,
    name: 'every-failure',
    logger: createLogger({ name: 'every-failure', level: 'silent' }),
  });
  description = (await (await fetch(`${suite.url}/openapi.json`)).json()) as ApiDescription;
  groupId = await newGroup('Main');
  await post(
    `account-groups/${groupId}/accounts`,
    `ada@otters.example:${secret('holt')}\nbea@otters.example:${secret('weir')}\n`,
    {
      'content-type': 'text/plain',
    },
  );
  ({ items: accounts } = await read<{ items: Account[] }>(`account-groups/${groupId}/accounts`));
}, 120_000);
afterAll(async () => {
  await bus?.drain();
  await suite?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${suite.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const said = await response.text();
  return {
    asked: { method, path: `/v1/${path}` },
    status: response.status,
    type: response.headers.get('content-type'),
    body: said.startsWith('{') ? JSON.parse(said) : undefined,
  };
}

async function read<T>(path: string): Promise<T> {
  return (await call('GET', path)).body as T;
}

/** The failures that the description of the asked route names under the answer's status. */
function describedFailures({ asked: { method, path }, status }: Answer): string | undefined {
  const [address = ''] = path.split('?');
  const route = Object.entries(description.paths).find(
    ([template, methods]) =>
      method.toLowerCase() in methods && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(address),
  );
  return route?.[1][method.toLowerCase()]?.responses[status]?.description;
}

const post = (path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> =>
  call('POST', path, body, headers);
const importFile = (file: string, query = `?groupId=${groupId}`): Promise<Answer> =>
  post(`imports${query}`, file, { 'content-type': 'application/octet-stream' });

const newGroup = async (name: string): Promise<string> => (await post('account-groups', { name, site: 'nike' })).body.id;
const newTicket = async (site = 'nike'): Promise<string> => (await post('tickets', { site })).body.id;

/** Asks with a key that may less. */
async function withKey(limits: object, ask: (headers: Record<string, string>) => Promise<Answer>): Promise<Answer> {
  const { body } = await post('keys', { name: 'Limited', scope: 'operator', ...limits });
  return ask({ authorization: `Bearer ${body.key}` });
}

async function endedLease(): Promise<{ id: string; accountId: string }> {
  const { body } = await post(`account-groups/${groupId}/lease`, { leaseFor: 60 });
  await post(`leases/${body.id}/release`);
  return { id: body.id, accountId: (body as never as { account: { id: string } }).account.id };
}

/** The import as it is when it has ended. */
async function endOfImport(file: string): Promise<Import> {
  const { body } = await importFile(file);
  return eventually(async () => {
    const found = await read<Import>(`imports/${body.id}`);
    return found.status === 'queued' || found.status === 'running' ? undefined : found;
  });
}

async function withDatabase(use: (database: Client) => Promise<unknown>): Promise<void> {
  const database = new Client(suite.databaseUrl);
  await database.connect();
  await use(database).finally(() => database.end());
}

/** Failures of what goes on after the answer: the address that tells them. */
const TOLD_ELSEWHERE = {
  import_corrupt: async () => {
    const file = await read<object>(`account-groups/${groupId}/export?format=json`);
    return (await endOfImport(JSON.stringify(file).slice(0, -40))).code;
  },
  invalid_message: async () => {
    await publish('no-mail', { is: 'no mail' });
    return eventually(async () => {
      const { items } = await read<{ items: DeadLetter[] }>('dead-letters');
      return items.find(({ messageId }) => messageId === 'no-mail')?.failure;
    });
  },
} as const satisfies Partial<Record<FailureCode, () => Promise<unknown>>>;

/** Every failure that a request can be answered with, by a request that is. */
const REFUSALS: Record<Exclude<FailureCode, keyof typeof TOLD_ELSEWHERE | keyof typeof NEVER_TOLD>, () => Promise<Answer>> = {
  invalid_json: () => post('tickets', '{'),
  invalid_request: () => post('tickets', {}),
  unauthenticated: () => call('GET', 'tickets', undefined, { authorization: '' }),
  scope_insufficient: () => withKey({ scope: 'worker' }, (headers) => call('GET', 'keys', undefined, headers)),
  site_not_allowed: () => withKey({ sites: ['nike'] }, (headers) => post('tickets', { site: 'adidas' }, headers)),
  group_not_allowed: () =>
    withKey({ groupIds: [groupId] }, (headers) => post('account-groups', { name: 'Other', site: 'nike' }, headers)),
  not_found: () => call('GET', `tickets/${newId('ticket')}`),
  method_not_allowed: () => call('PATCH', 'tickets'),
  payload_too_large: () => call('PUT', `accounts/${accounts[0]?.id}/session`, { fill: 'x'.repeat(1024 * 1024) }),
  unsupported_media_type: () => post('tickets', '<ticket/>', { 'content-type': 'text/xml' }),
  idempotency_key_reused: async () => {
    await post('tickets', { site: 'nike' }, { 'idempotency-key': 'order-77' });
    return post('tickets', { site: 'adidas' }, { 'idempotency-key': 'order-77' });
  },
  too_many_requests: async () => {
    const asked = Array.from({ length: 3 * REQUESTS_PER_SECOND }, () =>
      call('GET', 'tickets', undefined, { authorization: 'Bearer too-often' }),
    );
    const answers = await Promise.all(asked);
    return answers.find(({ status }) => status !== 401) ?? call('GET', 'tickets');
  },

  code_not_unassigned: async () => {
    const codeId = await unassignedCode();
    const ticketId = await newTicket(CODE.site);
    await post(`codes/${codeId}/assign`, { ticketId });
    return post(`codes/${codeId}/assign`, { ticketId: await newTicket(CODE.site) });
  },
  ticket_ended: async () => {
    const id = await newTicket();
    await call('DELETE', `tickets/${id}`);
    return call('DELETE', `tickets/${id}`);
  },
  ticket_already_fulfilled: async () => {
    const id = await newTicket();
    await post(`tickets/${id}/code`, { code: '482913' });
    return post(`tickets/${id}/code`, { code: '482914' });
  },
  ticket_not_fulfilled: async () => post(`tickets/${await newTicket()}/reject`, {}),

  mailbox_exists: async () => {
    await post('mailboxes', mailboxAt('9.9.9.9'));
    return post('mailboxes', mailboxAt('9.9.9.9'));
  },
  host_not_allowed: () => post('mailboxes', mailboxAt('127.0.0.1')),
  stale_fence: async () => {
    const { id, accountId } = await endedLease();
    return call('PUT', `accounts/${accountId}/session?lease=${id}`, { cookies: [] });
  },

  account_group_exists: () => post('account-groups', { name: 'Main', site: 'nike' }),
  account_exists: () => call('PATCH', `accounts/${accounts[0]?.id}`, { email: accounts[1]?.email }),
  no_free_account: async () => post(`account-groups/${await newGroup('Empty')}/lease`, { leaseFor: 60 }),
  lease_ended: async () => post(`leases/${(await endedLease()).id}/renew`, { leaseFor: 60 }),
  session_changed: () => call('PUT', `accounts/${accounts[0]?.id}/session`, {}, { 'if-match': '"another"' }),

  wrong_import_kind: () => importFile('email,password\na@b.example,x\n', ''),
  import_empty: () => importFile(''),
  import_not_text: () => importFile('PK\x03\x04'),
  import_format_unknown: () => importFile('just some words\n'),
  import_line_too_long: () => importFile(`a@b.example:${'x'.repeat(12 * 1024 * 1024)}`),
  import_ended: async () => post(`imports/${(await endOfImport('cyd@otters.example:ford\n')).id}/cancel`),

  sample_failed: () =>
    call('PUT', 'sites/holt', {
      ...site('Pass: (\\d+)'),
      samples: [{ mail: 'Subject: a\r\n\r\nPass: 1234', expect: { code: '9999' } }],
    }),
  pattern_invalid: () => call('PUT', 'sites/holt', site('(?=x)\\d+')),

  mail_unreadable: () => {
    const links = '<a href="https://a.example/confirm?token=9fK2vQ7xL1aa">Confirm your email</a>'.repeat(13_000);
    const slow = `From: a@riverbank.example\r\nContent-Type: text/html\r\n\r\n${links}`;
    return eventually(
      async () => {
        const answer = await post('extractions', slow, { 'content-type': 'message/rfc822' });
        // Where much else is done at the time, three threads do not end soon enough.
        return answer.status === 503 ? undefined : answer;
      },
      { timeoutMs: 60_000 },
    );
  },

  unsealing_failed: async () => {
    const id = accounts[1]?.id;
    await withDatabase((database) =>
      database.query('UPDATE accounts.accounts SET password = $1 WHERE id = $2', [randomBytes(60), id]),
    );
    return call('GET', `accounts/${id}/secret`);
  },
  internal: async () => {
    await withDatabase((database) => database.query('ALTER TABLE tickets.tickets RENAME TO mislaid'));
    const answer = await call('GET', 'tickets');
    await withDatabase((database) => database.query('ALTER TABLE tickets.mislaid RENAME TO tickets'));
    return answer;
  },
  database_unavailable: async () => {
    await suite.postgres?.kill();
    return call('GET', 'tickets');
  },
  bus_unavailable: async () => (await whileBusIsFrozen()).deadLetters,
  service_unavailable: async () => (await whileBusIsFrozen()).mailboxes,
  overloaded: () =>
    eventually(
      async () => {
        for (let turn = 0; turn < 2; turn++) {
          suite.kill('gateway', 'SIGSTOP');
          await sleep(FROZEN_MS);
          suite.kill('gateway', 'SIGCONT');
          await sleep(THAWED_MS);
        }
        const answer = await call('GET', 'tickets');
        return answer.status === 200 ? undefined : answer;
      },
      { timeoutMs: 40_000 },
    ),
  shutting_down: async () => {
    const { hostname, port } = new URL(suite.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /v1/tickets HTTP/1.1\r\nHost: ${hostname}\r\n`);
    await sleep(HEADER_SENT_MS);
    suite.kill('gateway', 'SIGTERM');
    // The door is closed when nobody new is let in.
    await eventually(() =>
      fetch(suite.url).then(
        () => undefined,
        () => true,
      ),
    );
    socket.write('\r\n');
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    const [, type = null] = /^content-type: (.*)$/im.exec(head) ?? [];
    return { asked: { method: 'GET', path: '/v1/tickets' }, status: Number(head.split(' ')[1]), type, body: JSON.parse(body) };
  },
};

const mailboxAt = (host: string): object => ({
  name: 'Main',
  host,
  username: 'ada',
  auth: { type: 'password', password: 'holt-0451' },
  paused: true,
});
const site = (pattern: string): object => ({ name: 'Holt', senders: ['holt.example'], code: { pattern } });

/** Both wait as long for an answer that does not come. */
const whileBusIsFrozen = once(async () => {
  suite.nats?.freeze();
  const [deadLetters, mailboxes] = await Promise.all([call('GET', 'dead-letters'), call('GET', 'mailboxes')]);
  suite.nats?.thaw();
  return { deadLetters, mailboxes };
});

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}

/** What code-extractor tells of a mail that nobody waits for. */
async function unassignedCode(): Promise<string> {
  const place = { mailboxId: newId('mailbox'), folder: 'INBOX', uidValidity: 1, uid: 1 };
  const now = new Date().toISOString();
  await publish(toMailId(place), {
    ...place,
    mailId: toMailId(place),
    ...CODE,
    ...{ position: 1, serverClockOffsetMs: 0, link: null, reason: null, confidence: 0.99, expiresIn: null },
    ...{ forwarded: 'none', authenticity: 'pass', refused: false, from: 'no-reply@weir.example', subject: 'Your code' },
    hops: { mailDate: null, serverReceivedAt: null, noticedAt: now, fetchedAt: now, publishedAt: now, extractedAt: now },
  });
  return eventually(async () => {
    const { items } = await read<{ items: { id: string }[] }>(`codes?site=${CODE.site}`);
    return items[0]?.id;
  });
}

/** Sealed as by a service of the suite, whatever it holds. */
async function publish(id: string, payload: object): Promise<void> {
  const sealed = payloadSealer(parseKeyRing(MASTER_KEYS)).seal(Buffer.from(JSON.stringify(payload)), mailRead.subject);
  await publishSealed(bus, { stream: STREAMS.MAIL_READ.name, subject: mailRead.subject }, sealed, { id });
}

beforeEach(() => suite.ready(), 60_000);

it('is every failure that there is', () => {
  const seen = [REFUSALS, TOLD_ELSEWHERE, NEVER_TOLD].flatMap(Object.keys);
  expect(seen.sort()).toEqual(Object.keys(FAILURES).sort());
});

describe('elsewhere is told', () => {
  it.each(Object.entries(TOLD_ELSEWHERE))('%s', async (code, find) => {
    expect(await find()).toBe(code);
  });
});

describe('a request is answered with', () => {
  it.each(Object.entries(REFUSALS) as [FailureCode, () => Promise<Answer>][])(
    '%s: a problem under its status, as the description of that route has it',
    async (code, ask) => {
      const answer = await ask();
      const { status } = FAILURES[code];
      expect(answer).toMatchObject({ status, type: expect.stringContaining('application/problem+json'), body: { code } });
      // A method that a route does not take has no description.
      if (code !== 'method_not_allowed') expect(describedFailures(answer)).toContain(`\`${code}\``);
    },
    90_000,
  );
});

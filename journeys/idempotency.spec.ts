import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { Client } from 'pg';

import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

let folder: string;
let suite: Suite;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  suite = await startJourney({ dataDir: folder });
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

interface Answer {
  readonly status: number;
  readonly body: { readonly id: string; readonly name: string; readonly code: string };
}

async function call(method: string, path: string, body?: object, idempotencyKey?: string): Promise<Answer> {
  const response = await fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${suite.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function withDatabase<T>(use: (database: Client) => Promise<T>): Promise<T> {
  const database = new Client(suite.databaseUrl);
  await database.connect();
  try {
    return await use(database);
  } finally {
    await database.end();
  }
}

const auth = { type: 'password', password: secret('holt') };
const place = { host: '127.0.0.1', port: 1, security: 'none', paused: true };

describe.each([
  ['account-groups', { name: 'Main', site: 'nike' }, { name: 'Main', site: 'adidas' }],
  ['mailboxes', { name: 'Main', ...place, username: 'ada', auth }, { name: 'Main', ...place, username: 'bea', auth }],
])('POST /v1/%s with an Idempotency-Key', (path, wish, another) => {
  it('makes one thing, however often it is sent at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => call('POST', path, wish, `${path}-one`)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toContain(201);
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true);
  });

  it('answers a replay with the thing as it is now, and one with another body by a refusal', async () => {
    const { body } = await call('POST', path, wish, `${path}-one`);
    await call('PATCH', `${path}/${body.id}`, { name: 'Renamed' });
    expect(await call('POST', path, wish, `${path}-one`)).toMatchObject({ status: 200, body: { id: body.id, name: 'Renamed' } });
    expect(await call('POST', path, another, `${path}-one`)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  it('finishes what was cut off before the thing was known to be made, and makes no second one', async () => {
    const { body } = await call('POST', path, another, `${path}-two`);
    await withDatabase((database) =>
      database.query('UPDATE tickets.named_requests SET is_made = false WHERE idempotency_key = $1', [`${path}-two`]),
    );
    expect(await call('POST', path, another, `${path}-two`)).toMatchObject({ status: 201, body: { id: body.id } });
  });

  it('does not bring back what was deleted since', async () => {
    const { body } = await call('POST', path, another, `${path}-two`);
    expect((await call('DELETE', `${path}/${body.id}`)).status).toBe(204);
    expect(await call('POST', path, another, `${path}-two`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('POST /v1/imports with an Idempotency-Key', () => {
  /** More than one piece on its way, in chunks of whatever length the network makes of it. */
  const file = Array.from({ length: 8000 }, (_, at) => `otter${at}@otters.example:${secret('holt')}-${at}\n`).join('');
  let into: string;
  beforeAll(async () => {
    into = (await call('POST', 'account-groups', { name: 'Imported', site: 'nike' })).body.id;
  });

  async function send(text: string, idempotencyKey: string, query = ''): Promise<Answer> {
    const response = await fetch(`${suite.url}/v1/imports?groupId=${into}${query}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${suite.adminKey}`,
        'content-type': 'text/plain',
        'idempotency-key': idempotencyKey,
      },
      body: text,
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }
  const done = (id: string) =>
    eventually(async () => {
      const { body } = await call('GET', `imports/${id}`);
      return (body as never as { status: string }).status === 'done' ? body : undefined;
    });
  const imports = async (): Promise<number> =>
    ((await call('GET', 'imports')).body as never as { items: unknown[] }).items.length;

  it('begins one import, however often it is sent at once', async () => {
    const before = await imports();
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(file, 'imports-one')));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toContain(202);
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true);
    expect(await imports()).toBe(before + 1);
    expect(await done(answers[0]?.body.id ?? '')).toMatchObject({ created: 8000, unchanged: 0, rejected: 0 });
  }, 60_000);

  it('answers a replay with the import as it is now, and one with another file or question by a refusal', async () => {
    expect(await send(file, 'imports-one')).toMatchObject({ status: 200, body: { status: 'done', created: 8000 } });
    for (const other of [send(file.replace('-7999', '-8000'), 'imports-one'), send(file, 'imports-one', '&dryRun=true')]) {
      expect(await other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    }
  }, 60_000);

  it('finishes what was cut off before the import was known to be begun', async () => {
    const { body } = await send(file, 'imports-two');
    await withDatabase(async (database) => {
      await database.query("UPDATE tickets.named_requests SET is_made = false WHERE idempotency_key = 'imports-two'");
    });
    expect(await send(file, 'imports-two')).toMatchObject({ status: 202, body: { id: body.id } });
  }, 60_000);
});

describe('POST /v1/keys with an Idempotency-Key', () => {
  const wish = { name: 'A worker', scope: 'worker' };
  type KeyAnswer = Answer & { readonly body: { readonly key: string | null } };
  const ask = (name: string, body: object = wish) => call('POST', 'keys', body, name) as Promise<KeyAnswer>;

  it('makes one key, and shows it once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('keys-one')));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const [first, ...others] = answers.filter(({ status }) => status === 201);
    expect(others).toEqual([]);
    expect(answers.filter(({ status, body }) => status === 200 && body.key === null)).toHaveLength(7);
    const headers = { authorization: `Bearer ${first?.body.key}` };
    expect((await fetch(`${suite.url}/v1/tickets`, { headers })).status).toBe(200);
    expect(await ask('keys-one', { ...wish, name: 'Another' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  it('does not bring back what was revoked since', async () => {
    const { body } = await ask('keys-one');
    expect((await call('DELETE', `keys/${body.id}`)).status).toBe(204);
    expect(await ask('keys-one')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

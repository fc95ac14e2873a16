import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secret } from '@otterpost/testkit/canary';
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

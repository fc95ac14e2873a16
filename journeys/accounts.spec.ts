import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Otterpost } from '@otterpost/client';
import type { AccountLease } from '@otterpost/contracts/account-leases';
import type { Account, AccountGroup } from '@otterpost/contracts/accounts';
import type { Page } from '@otterpost/contracts/page';
import { secret } from '@otterpost/testkit/canary';

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

interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly etag: string | null;
}

async function call<T = { code: string }>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  const response = await fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? undefined : JSON.parse(text)) as T,
    etag: response.headers.get('etag'),
  };
}

async function newGroup(name: string, lines = ''): Promise<AccountGroup> {
  const { status, body } = await call<AccountGroup>('POST', 'account-groups', { name, site: 'nike' });
  expect(status).toBe(201);
  if (lines !== '') expect((await call('POST', `account-groups/${body.id}/accounts`, lines)).status).toBe(201);
  return body;
}

async function accountsOf(group: AccountGroup): Promise<Account[]> {
  return (await call<Page<Account>>('GET', `account-groups/${group.id}/accounts`)).body.items;
}

describe('accounts over HTTP', () => {
  it('are pasted, listed, revealed, changed, moved and deleted', async () => {
    const [main, spare] = [await newGroup('Main'), await newGroup('Spare')];
    const lines = `ada@otters.example:${secret('holt')}\r\nbea@otters.example:${secret('weir')}:192.0.2.9:3128:user:${secret('proxy')}\nno line\n`;
    expect(await call('POST', `account-groups/${main.id}/accounts`, lines)).toMatchObject({
      status: 201,
      body: { created: 2, updated: 0, rejected: [{ line: 3, text: '***', code: 'email_invalid' }] },
    });
    expect((await call('GET', `account-groups/${main.id}`)).body).toMatchObject({ accounts: 2, sessions: 0 });
    const [ada, bea] = await accountsOf(main);
    expect(bea).toMatchObject({ email: 'bea@otters.example', proxy: 'http://user:***@192.0.2.9:3128', lease: null });
    expect((await call('GET', `accounts/${bea?.id}/secret`)).body).toEqual({
      password: secret('weir'),
      proxy: `http://user:${secret('proxy')}@192.0.2.9:3128`,
    });
    expect((await call('PATCH', `accounts/${ada?.id}`, { password: secret('otter'), groupId: spare.id })).body).toMatchObject({
      groupId: spare.id,
    });
    expect((await call('GET', `accounts/${ada?.id}/secret`)).body).toEqual({ password: secret('otter'), proxy: null });
    expect((await call('DELETE', `accounts/${ada?.id}`)).status).toBe(204);
    expect((await call('GET', `accounts/${ada?.id}`)).status).toBe(404);
    expect((await call('DELETE', `account-groups/${main.id}`)).status).toBe(204);
    expect((await call('GET', `account-groups/${main.id}/accounts`)).status).toBe(404);
    expect((await call('GET', `accounts/${bea?.id}/secret`)).status).toBe(404);
  });

  it('refuse what is wrong by a code and a sentence', async () => {
    const group = await newGroup('Refusals', `ada@otters.example:${secret('holt')}`);
    const [ada] = await accountsOf(group);
    const wrong: [number, string, Promise<Answer<{ code: string }>>][] = [
      [409, 'account_group_exists', call('POST', 'account-groups', { name: 'Refusals', site: 'nike' })],
      [422, 'invalid_request', call('POST', 'account-groups', { name: '', site: 'Nike Store' })],
      [422, 'invalid_request', call('POST', 'account-groups', { name: 'x', site: 'nike', color: 'red' })],
      [404, 'not_found', call('GET', 'account-groups/grp_00000000000000000000000000')],
      [422, 'invalid_request', call('GET', 'account-groups/1')],
      [422, 'invalid_request', call('GET', `account-groups/${group.id}/accounts?limit=501`)],
      [422, 'invalid_request', call('GET', `account-groups/${group.id}/accounts?cursor=%00`)],
      [422, 'invalid_request', call('GET', `account-groups/${group.id}/accounts?session=maybe`)],
      [422, 'invalid_request', call('POST', `account-groups/${group.id}/accounts`, { accounts: 'all' })],
      [415, 'unsupported_media_type', call('POST', `account-groups/${group.id}/accounts`)],
      [422, 'invalid_request', call('PATCH', `accounts/${ada?.id}`, { proxy: 'nowhere' })],
      [422, 'invalid_request', call('PATCH', `accounts/${ada?.id}`, { id: ada?.id })],
      [422, 'invalid_request', call('POST', `account-groups/${group.id}/lease`, { leaseFor: 0 })],
      [409, 'no_free_account', call('POST', `account-groups/${group.id}/lease`, { leaseFor: 9, exclude: [ada?.id] })],
      [404, 'not_found', call('POST', 'leases/lse_00000000000000000000000000/renew', { leaseFor: 9 })],
      [404, 'not_found', call('GET', `accounts/${ada?.id}/session`)],
      [400, 'invalid_json', call('PUT', `accounts/${ada?.id}/session`, '{', { 'content-type': 'application/json' })],
      [400, 'invalid_json', call('PUT', `accounts/${ada?.id}/session`)],
      [415, 'unsupported_media_type', call('PUT', `accounts/${ada?.id}/session`, '{}', { 'content-type': 'text/xml' })],
      [422, 'invalid_request', call('PUT', `accounts/${ada?.id}/session`, {}, { 'if-match': 'no-quotes' })],
      [412, 'session_changed', call('PUT', `accounts/${ada?.id}/session`, {}, { 'if-match': '"other"' })],
      [422, 'invalid_request', call('PUT', `accounts/${ada?.id}/session`, { cookies: [{}], origins: [] })],
      [413, 'payload_too_large', call('PUT', `accounts/${ada?.id}/session`, { fill: 'x'.repeat(1024 * 1024) })],
    ];
    for (const [status, code, answer] of wrong) expect(await answer).toMatchObject({ status, body: { code } });
    expect(await accountsOf(group)).toMatchObject([{ session: { status: 'none' }, lease: null }]);
  });
});

describe('a session over HTTP', () => {
  it('comes back to the letter, with its entity tag, up to 1 MiB', async () => {
    const group = await newGroup('Sessions', `ada@otters.example:${secret('holt')}`);
    const [ada] = await accountsOf(group);
    const path = `accounts/${ada?.id}/session`;
    const text = `{ "big": 12345678901234567890, "fill": "${'ü'.repeat(500_000)}" }`;
    const saved = await call('PUT', path, text, { 'content-type': 'application/json' });
    expect(saved).toMatchObject({ status: 200, body: { status: 'saved', bytes: Buffer.byteLength(text), expiresAt: null } });
    const response = await fetch(`${suite.url}/v1/${path}`, { headers: { authorization: `Bearer ${suite.adminKey}` } });
    expect(response.headers.get('etag')).toBe(saved.etag);
    expect((await response.text()) === text).toBe(true);
    const changed = await call('PUT', path, { a: secret('session') }, { 'if-match': saved.etag ?? '' });
    expect(changed.status).toBe(200);
    expect((await call('PUT', path, { a: 2 }, { 'if-match': saved.etag ?? '' })).body).toMatchObject({ code: 'session_changed' });
    expect((await call('DELETE', path, undefined, { 'if-match': changed.etag ?? '' })).status).toBe(204);
    await call('PUT', path, { a: 3 });
    expect((await call('DELETE', `account-groups/${group.id}/sessions`)).body).toEqual({ cleared: 1 });
    await call('PUT', path, { a: 4 });
    expect((await call('DELETE', 'sessions')).body).toEqual({ cleared: 1 });
    expect((await accountsOf(group))[0]?.session).toEqual({ status: 'none' });
  });
});

describe('an account over HTTP', () => {
  it('is leased with its secrets and session, used, and given back', async () => {
    const group = await newGroup('Leases', `ada@otters.example:${secret('holt')}:proxy.example:80`);
    const [ada] = await accountsOf(group);
    await call('PUT', `accounts/${ada?.id}/session`, { cookies: [], origins: [] });
    const asked = [`account-groups/${group.id}/lease`, { leaseFor: 60 }, { 'idempotency-key': 'job-1' }] as const;
    const lease = await call<AccountLease>('POST', ...asked);
    expect(lease).toMatchObject({
      status: 201,
      body: {
        account: {
          email: 'ada@otters.example',
          password: secret('holt'),
          proxy: 'http://proxy.example:80',
          session: { cookies: [], origins: [] },
        },
      },
    });
    expect(await call<AccountLease>('POST', ...asked)).toEqual({ ...lease, status: 200 });
    expect((await accountsOf(group))[0]).toMatchObject({ lease: { id: lease.body.id } });
    expect((await call('POST', `leases/${lease.body.id}/renew`, { leaseFor: 600 })).status).toBe(200);
    const save = { cookies: [], origins: [], note: secret('note') };
    expect((await call('PUT', `accounts/${ada?.id}/session?lease=${lease.body.id}`, save)).status).toBe(200);
    expect((await call('POST', `leases/${lease.body.id}/release`)).body).toMatchObject({ endedAt: expect.any(String) });
    expect((await call('PUT', `accounts/${ada?.id}/session?lease=${lease.body.id}`, save)).body).toMatchObject({
      code: 'stale_fence',
    });
    expect((await call('POST', `leases/${lease.body.id}/renew`, { leaseFor: 600 })).body).toMatchObject({ code: 'lease_ended' });
  });
});

describe('an account in the client', () => {
  it('is held, renewed, given its session and released; what comes late is refused', async () => {
    const group = await newGroup('Client', `ada@otters.example:${secret('holt')}`);
    const { accountGroups } = new Otterpost({ url: suite.url, key: suite.adminKey });
    const held = await accountGroups.lease(group.id, { leaseFor: 60 });
    expect(held.account).toMatchObject({ email: 'ada@otters.example', password: secret('holt'), session: null });
    const before = held.expiresAt;
    await held.renew(600);
    expect(held.expiresAt > before).toBe(true);
    expect(await held.saveSession(secret('session'))).toMatchObject({
      status: 'saved',
      bytes: JSON.stringify(secret('session')).length,
    });
    await held.release();
    await expect(held.saveSession('late')).rejects.toMatchObject({ code: 'stale_fence' });
    for await (const account of accountGroups.accounts(group.id, { session: 'saved' }))
      expect(account).toMatchObject({ email: 'ada@otters.example', lease: null, outcome: 'ok' });
    expect((await accountGroups.lease(group.id, { leaseFor: 60 })).account.session).toBe(secret('session'));
  });
});

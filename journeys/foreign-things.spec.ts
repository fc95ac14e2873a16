import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@otterpost/contracts/ids';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';

import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

interface Operation {
  readonly security?: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}
interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Answer {
  readonly status: number;
  readonly body: { readonly id: string; readonly key: string; readonly code: string; readonly detail: string };
}

/** What every operator sees, whatever its limits: no site and no group owns these. */
const NOBODYS = ['mailboxes', 'sites', 'keys', 'dead-letters'];
/** Bodies that these take without an example in the description. */
const BODIES: Readonly<Record<string, unknown>> = { 'PUT /v1/accounts/{id}/session': { token: secret('session') } };

let folder: string;
let suite: Suite;
let description: ApiDescription;
/** One of each kind that the admin made for another site, and an id of its kind that nothing has. */
let things: Readonly<Record<string, { readonly mine: string; readonly nobodys: string }>>;
let limitedOperator: string;
let otherWorker: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  suite = await startJourney({ dataDir: folder });
  description = (await (await fetch(`${suite.url}/openapi.json`)).json()) as ApiDescription;
  const admin = suite.adminKey;
  const ticket = await call(admin, 'POST', 'v1/tickets', { site: 'nike' });
  const group = await call(admin, 'POST', 'v1/account-groups', { name: 'Main', site: 'nike' });
  const path = `v1/account-groups/${group.body.id}`;
  await call(admin, 'POST', `${path}/accounts`, { accounts: [{ email: 'ada@otters.example', password: secret('holt') }] });
  const accounts = await call(admin, 'GET', `${path}/accounts`);
  const [account] = (accounts.body as never as { items: { id: string }[] }).items;
  const lease = await call(admin, 'POST', `${path}/lease`, { leaseFor: 600 });
  const started = await call(admin, 'POST', `v1/imports?groupId=${group.body.id}`, `bea@otters.example:${secret('weir')}\n`);
  await eventually(async () => {
    const { body } = await call(admin, 'GET', `v1/imports/${started.body.id}`);
    return (body as never as { status: string }).status === 'done' || undefined;
  });
  things = {
    tickets: { mine: ticket.body.id, nobodys: newId('ticket') },
    codes: { mine: newId('code'), nobodys: newId('code') },
    'account-groups': { mine: group.body.id, nobodys: newId('accountGroup') },
    accounts: { mine: account?.id ?? '', nobodys: newId('account') },
    leases: { mine: lease.body.id, nobodys: newId('accountLease') },
    imports: { mine: started.body.id, nobodys: newId('import') },
  };
  limitedOperator = (await call(admin, 'POST', 'v1/keys', { name: 'Other', scope: 'operator', sites: ['adidas'] })).body.key;
  otherWorker = (await call(admin, 'POST', 'v1/keys', { name: 'Worker', scope: 'worker' })).body.key;
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

async function call(key: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  const response = await fetch(new URL(path, `${suite.url}/`), {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

/** Every operation on one thing that somebody owns. */
function operations(): { method: string; path: string; kind: string; body: unknown }[] {
  return Object.entries(description.paths).flatMap(([path, methods]) => {
    const [, , kind = ''] = path.split('/');
    if (!path.includes('{') || NOBODYS.includes(kind)) return [];
    return Object.entries(methods).map(([name, { requestBody }]) => {
      const method = name.toUpperCase();
      const example = requestBody?.content['application/json']?.example;
      return { method, path, kind, body: example ?? BODIES[`${method} ${path}`] };
    });
  });
}

const fill = (path: string, id: string): string => path.slice(1).replace('{id}', id);

describe('a thing that a key may not see', () => {
  it('is of a kind that is known here, whatever operation the description has', () => {
    expect([...new Set(operations().map(({ kind }) => kind))].sort()).toEqual(Object.keys(things).sort());
  });

  it('is not found by an operator of other sites, in the very words of one that does not exist', async () => {
    for (const { method, path, kind, body } of operations()) {
      const { mine = '', nobodys = '' } = things[kind] ?? {};
      const [foreign, absent] = [
        await call(limitedOperator, method, fill(path, mine), body),
        await call(limitedOperator, method, fill(path, nobodys), body),
      ];
      expect({ method, path, status: foreign.status, code: foreign.body?.code }).toEqual({
        ...{ method, path, status: 404, code: 'not_found' },
      });
      expect(foreign.body.detail.replace(mine, '')).toBe(absent.body.detail.replace(nobodys, ''));
    }
  });

  it('is not found by another worker, where workers may ask at all', async () => {
    const asked: string[] = [];
    for (const { method, path, kind, body } of operations().filter((one) => one.kind === 'tickets' || one.kind === 'leases')) {
      const answer = await call(otherWorker, method, fill(path, things[kind]?.mine ?? ''), body);
      if (answer.body?.code === 'scope_insufficient') continue;
      asked.push(path);
      expect({ method, path, status: answer.status, code: answer.body?.code }).toEqual({
        ...{ method, path, status: 404, code: 'not_found' },
      });
    }
    expect(asked).toContain('/v1/tickets/{id}');
    expect(asked).toContain('/v1/leases/{id}/renew');
  });

  it('is as it was afterwards', async () => {
    const admin = suite.adminKey;
    expect(await call(admin, 'GET', `v1/tickets/${things.tickets?.mine}`)).toMatchObject({ body: { status: 'open' } });
    expect(await call(admin, 'GET', `v1/account-groups/${things['account-groups']?.mine}`)).toMatchObject({
      body: { accounts: 2 },
    });
    expect(await call(admin, 'POST', `v1/leases/${things.leases?.mine}/renew`, { leaseFor: 60 })).toMatchObject({ status: 200 });
  });
});

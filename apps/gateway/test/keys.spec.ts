import 'reflect-metadata';

import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuditEntry, auditRecorded } from '@otterpost/contracts/audit';
import { newId } from '@otterpost/contracts/ids';
import type { CreatedKey, NewKey } from '@otterpost/contracts/keys';
import { eventually } from '@otterpost/testkit/eventually';
import pg from 'pg';

import { ENTITIES } from '../src/gateway.module.ts';
import { type RunningGateway, runGateway } from './running-gateway.ts';

let gateway: RunningGateway;
let database: pg.Client;
beforeAll(async () => {
  gateway = await runGateway();
  database = new pg.Client({ connectionString: gateway.databaseUrl, options: '-c search_path=tickets' });
  await database.connect();
}, 60_000);
afterAll(async () => {
  await database?.end();
  await gateway?.stop();
}, 30_000);

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  { key = gateway.key, body }: { key?: string; body?: object } = {},
): Promise<Answer> {
  const response = await fetch(`${gateway.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const make = async (wish: Partial<NewKey> = {}): Promise<CreatedKey & { key: string }> =>
  (await call('POST', 'keys', { body: { name: 'a worker', scope: 'worker', ...wish } })).body as unknown as CreatedKey & {
    key: string;
  };
const audited = async (query: string): Promise<AuditEntry[]> =>
  (await call('GET', `audit?${query}`)).body.items as unknown as AuditEntry[];

describe('an API key', () => {
  it('is shown once, opens the doors, and is listed without itself', async () => {
    const { key, id, prefix } = await make({ name: 'robots' });
    expect((await call('GET', 'tickets', { key })).status).toBe(200);
    const { items } = (await call('GET', 'keys')).body as { items: { id: string }[] };
    const listed = items.find((one) => one.id === id);
    expect(listed).toMatchObject({ name: 'robots', scope: 'worker', sites: null, groupIds: null, prefix });
    expect(JSON.stringify(items)).not.toContain(key.slice(prefix.length));
  });

  it('lies in the database as its HMAC alone', async () => {
    const { key, prefix } = await make();
    const { rows } = await database.query('SELECT * FROM api_keys');
    expect(JSON.stringify(rows)).toContain(prefix);
    expect(JSON.stringify(rows)).not.toContain(key.slice(prefix.length));
  });

  it('that is mistyped is told so', async () => {
    const { key } = await make();
    const { status, body } = await call('GET', 'tickets', { key: `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}` });
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthenticated' });
    expect(body.detail).toContain('checksum');
  });

  it('is good until it expires, and its use is noted', async () => {
    const { key, id } = await make({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await call('GET', 'tickets', { key })).status).toBe(200);
    await eventually(
      async () => {
        const { rows } = await database.query('SELECT last_used_at FROM api_keys WHERE id = $1', [id]);
        return rows[0]?.last_used_at ?? undefined;
      },
      { timeoutMs: 15_000 },
    );
    await database.query("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
    await eventually(async () => (await call('GET', 'tickets', { key })).status === 401 || undefined);
  }, 30_000);

  it.each([
    ['worker', 'POST', 'keys', 403],
    ['operator', 'POST', 'keys', 403],
    ['worker', 'GET', 'audit', 403],
    ['operator', 'GET', 'audit', 200],
    ['worker', 'GET', 'codes', 403],
    ['operator', 'GET', 'codes', 200],
  ] as const)('of scope %s that asks %s %s is answered %i', async (scope, method, path, status) => {
    const { key } = await make({ scope });
    const body = method === 'POST' ? { body: { name: 'x', scope: 'worker' } } : {};
    expect((await call(method, path, { key, ...body })).status).toBe(status);
  });

  it('survives a restart of its gateway', async () => {
    const { key } = await make();
    await gateway.stopGateway();
    await gateway.startGateway();
    expect((await call('GET', 'tickets', { key })).status).toBe(200);
  }, 30_000);
});

describe('what belongs to another key', () => {
  it('is not there: tickets of a worker, at every door and for every verb', async () => {
    const [mine, other] = [await make(), await make()];
    const { body } = await call('POST', 'tickets', { key: mine.key, body: { site: `${randomUUID()}.example` } });
    const id = String(body.id);
    for (const [method, path] of [
      ['GET', `tickets/${id}`],
      ['DELETE', `tickets/${id}`],
      ['GET', `tickets/${id}/events`],
    ] as const) {
      expect(await call(method, path, { key: other.key })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect(await call('POST', `tickets/${id}/reject`, { key: other.key, body: {} })).toMatchObject({ status: 404 });
    for (const name of ['gRPC', 'NATS']) {
      const door = gateway.door(name);
      expect(await door.get(id, { key: other.key })).toMatchObject({ kind: 'refused', problem: { code: 'not_found' } });
      expect(await door.cancel(id, { key: other.key })).toMatchObject({ kind: 'refused', problem: { code: 'not_found' } });
    }
    expect((await call('GET', `tickets/${id}`, { key: mine.key })).body.status).toBe('open');
  });

  it('is not there: tickets and codes of sites that an operator is not let see', async () => {
    const [seen, hidden] = [`${randomUUID()}.example`, `${randomUUID()}.example`];
    const { key } = await make({ scope: 'operator', sites: [seen] });
    const recipient = `${randomUUID()}@otters.example`;
    const { body } = await call('POST', 'tickets', { body: { site: hidden, recipient } });
    await gateway.deliver({ site: hidden, recipient, code: '482913' });
    await gateway.deliver({ site: hidden, recipient, code: '777777' });
    await gateway.deliver({ site: seen, recipient, code: '111111' });
    const codes = await eventually(async () => {
      const { items } = (await call('GET', 'codes', { key })).body as { items: { site: string }[] };
      return items.length > 0 ? items : undefined;
    });
    expect(new Set(codes.map(({ site }) => site))).toEqual(new Set([seen]));
    expect((await call('GET', 'tickets', { key })).body.items).toEqual([]);
    expect((await call('GET', `tickets/${String(body.id)}`, { key })).status).toBe(404);
    expect((await call('POST', `tickets/${String(body.id)}/code`, { key, body: { code: '1234' } })).status).toBe(404);
  });

  it('cannot be asked for: a ticket for another site is refused by name', async () => {
    const { key } = await make({ sites: ['riverbank.example'] });
    const { status, body } = await call('POST', 'tickets', { key, body: { site: 'holt.example' } });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'site_not_allowed' });
    expect(body.detail).toContain('riverbank.example');
    expect((await call('POST', 'tickets', { key, body: { site: 'riverbank.example' } })).status).toBe(201);
  });

  it('cannot be handed on: a limited key makes no wider one', async () => {
    const { key } = await make({ scope: 'admin', sites: ['riverbank.example'] });
    const wider = { name: 'wider', scope: 'worker' };
    expect(await call('POST', 'keys', { key, body: wider })).toMatchObject({ status: 403, body: { code: 'site_not_allowed' } });
    expect((await call('POST', 'keys', { key, body: { ...wider, sites: ['riverbank.example'] } })).status).toBe(201);
  });
});

describe('a key that is revoked', () => {
  it.each(['HTTP', 'gRPC', 'NATS'])('ends what is held for it over %s, and opens nothing more', async (name) => {
    const { id, key } = await make();
    const recipient = `${randomUUID()}@otters.example`;
    const held = gateway.door(name).open({ site: 'riverbank.example', recipient, expiresIn: 100 }, { key, wait: 100 });
    await gateway.whenOpen(recipient);
    await gateway.whenHeld(1);
    expect((await call('DELETE', `keys/${id}`)).status).toBe(204);
    expect(await held).toMatchObject({ kind: 'refused', problem: { code: 'unauthenticated' } });
    await gateway.whenHeld(0);
    expect((await call('GET', 'tickets', { key })).status).toBe(401);
    expect((await call('DELETE', `keys/${id}`)).status).toBe(404);
  });

  it('ends what is held for it also where nobody told of it', async () => {
    const { id, key } = await make();
    const recipient = `${randomUUID()}@otters.example`;
    const held = gateway.door('HTTP').open({ site: 'riverbank.example', recipient, expiresIn: 100 }, { key, wait: 100 });
    await gateway.whenOpen(recipient);
    await gateway.whenHeld(1);
    await database.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    expect(await held).toMatchObject({ kind: 'refused', problem: { code: 'unauthenticated' } });
  });

  it('ends its event streams', async () => {
    const { id, key } = await make({ scope: 'operator' });
    const response = await fetch(`${gateway.url}/v1/codes/events`, { headers: { authorization: `Bearer ${key}` } });
    await call('DELETE', `keys/${id}`);
    // Ends, where it would go on for ever.
    expect(await response.text()).toContain('hello');
  });
});

describe('the audit', () => {
  it('tells who opened a ticket, whose code it got, and who typed one', async () => {
    const { key, id: keyId } = await make();
    const operator = await make({ scope: 'operator' });
    const site = `${randomUUID()}.example`;
    const ticketId = String((await call('POST', 'tickets', { key, body: { site } })).body.id);
    await call('POST', `tickets/${ticketId}/code`, { key: operator.key, body: { code: '482913' } });
    const lines = (await audited('limit=500')).filter(({ target }) => target === ticketId);
    expect(lines.map(({ action, actor }) => [action, actor])).toEqual(
      expect.arrayContaining([
        ['ticket.opened', keyId],
        ['code.given', keyId],
        ['code.typed', operator.id],
      ]),
    );
    expect(JSON.stringify(lines)).not.toContain('482913');
  });

  it('tells of keys made and revoked, page by page', async () => {
    const { id } = await make();
    await call('DELETE', `keys/${id}`);
    const first = (await call('GET', 'audit?action=key.revoked&limit=1')).body as { items: AuditEntry[]; nextCursor: string };
    expect(first.items).toMatchObject([{ action: 'key.revoked', target: id, address: '127.0.0.1' }]);
    const [next] = await audited(`action=key.revoked&limit=1&cursor=${first.nextCursor}`);
    expect(next?.id).not.toBe(first.items[0]?.id);
    expect(await audited('since=2999-01-01T00:00:00Z')).toEqual([]);
  });

  it('takes in what other services wrote, once', async () => {
    const line: AuditEntry = {
      id: newId('audit'),
      at: new Date().toISOString(),
      actor: newId('key'),
      action: 'account.revealed',
      target: newId('account'),
      address: null,
    };
    const later: AuditEntry = { ...line, id: newId('audit'), action: 'session.loaded' };
    for (const lines of [[line], [line, later]]) await gateway.publisher.publish(auditRecorded, { lines }, { id: randomUUID() });
    await eventually(async () => (await audited(`actor=${line.actor}&action=${later.action}`))[0]);
    const taken = await audited(`actor=${line.actor}`);
    expect(taken).toHaveLength(2);
    expect(taken).toEqual(expect.arrayContaining([line, later]));
  });

  it('can be added to and nothing else', async () => {
    for (const change of ["UPDATE audit SET actor = 'nobody'", 'DELETE FROM audit', 'TRUNCATE audit'])
      await expect(database.query(change)).rejects.toThrow('append-only');
  });

  it('lets no code out when its line cannot be written', async () => {
    const site = `${randomUUID()}.example`;
    const ticketId = String((await call('POST', 'tickets', { body: { site, recipient: 'ada@otters.example' } })).body.id);
    await database.query("ALTER TABLE audit ADD CONSTRAINT no_code CHECK (action <> 'code.typed') NOT VALID");
    try {
      expect((await call('POST', `tickets/${ticketId}/code`, { body: { code: '482913' } })).status).toBeGreaterThanOrEqual(500);
      const { body } = await call('GET', `tickets/${ticketId}`);
      expect(body.status).toBe('open');
      expect(JSON.stringify(body)).not.toContain('482913');
    } finally {
      await database.query('ALTER TABLE audit DROP CONSTRAINT no_code');
    }
  });

  it('shows a limited key only what it did itself', async () => {
    const { key, id } = await make({ scope: 'operator', sites: ['riverbank.example'] });
    await call('POST', 'tickets', { key, body: { site: 'riverbank.example' } });
    const { items } = (await call('GET', 'audit', { key })).body as { items: AuditEntry[] };
    expect(new Set(items.map(({ actor }) => actor))).toEqual(new Set([id]));
  });
});

describe('the tables of the gateway', () => {
  it('are as TypeORM pictures them', async () => {
    const { DataSource } = await import('typeorm');
    const source = new DataSource({ type: 'postgres', url: gateway.databaseUrl, schema: 'tickets', entities: [...ENTITIES] });
    await source.initialize();
    try {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      // Indexes are the migrations' own business.
      expect(upQueries.map(({ query }) => query).filter((query) => !query.startsWith('DROP INDEX'))).toEqual([]);
    } finally {
      await source.destroy();
    }
  });
});

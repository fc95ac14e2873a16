import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Mailbox, MailboxCheck } from '@otterpost/contracts/mailboxes';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';

import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const ADA = { name: 'ada@otters.example', password: secret('holt') };
const BEA = { name: 'bea@otters.example', password: secret('weir') };

let folder: string;
let suite: Suite;
let server: ImapServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  server = await startImapServer({ users: [ADA, BEA] });
  suite = await startJourney({ dataDir: folder });
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

async function call<T = Mailbox>(method: string, path: string, body?: unknown, type = 'application/json') {
  const response = await fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

const at = () => ({ host: server.host, port: server.port, security: 'none' });
const password = (text: string) => ({ type: 'password', password: text });

async function add(user = ADA, more: object = {}): Promise<Mailbox> {
  const made = await call('POST', 'mailboxes', {
    name: user.name,
    ...at(),
    username: user.name,
    auth: password(user.password),
    ...more,
  });
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ username: user.name })]);
  return made.body;
}

async function whenShown(id: string, expected: Partial<Mailbox>): Promise<Mailbox> {
  return eventually(async () => {
    const { body } = await call('GET', `mailboxes/${id}`);
    return Object.entries(expected).every(([key, value]) => body[key as keyof Mailbox] === value) ? body : undefined;
  });
}

describe('a mailbox', () => {
  it('is watched with its new credential as soon as it is changed, without a restart', async () => {
    const { id } = await add(ADA, { auth: password(secret('wrong')) });
    await whenShown(id, { status: 'auth_failed', connection: 'disconnected' });
    const changed = await call('PATCH', `mailboxes/${id}`, { auth: password(ADA.password), name: 'ada' });
    expect([changed.status, changed.body.name]).toEqual([200, 'ada']);
    await whenShown(id, { status: 'waiting_for_emails', connection: 'connected', statusDetail: null });
    await call('DELETE', `mailboxes/${id}`);
  }, 30_000);

  it('lets go of its connection when it is paused, and takes it up again when it goes on', async () => {
    const { id } = await add();
    await whenShown(id, { connection: 'connected' });
    await call('PATCH', `mailboxes/${id}`, { paused: true });
    await whenShown(id, { status: 'paused', connection: 'disconnected' });
    await eventually(() => server.connections(ADA.name) === 0 || undefined);
    await call('PATCH', `mailboxes/${id}`, { paused: false });
    await whenShown(id, { status: 'waiting_for_emails', connection: 'connected' });
    await call('DELETE', `mailboxes/${id}`);
    await eventually(() => server.connections(ADA.name) === 0 || undefined);
    expect((await call('GET', `mailboxes/${id}`)).status).toBe(404);
  }, 30_000);

  it('keeps its connection when only its name is changed', async () => {
    const { id } = await add();
    await whenShown(id, { connection: 'connected' });
    const before = server.logins;
    await call('PATCH', `mailboxes/${id}`, { name: 'another name' });
    await call('PATCH', `mailboxes/${id}`, { name: 'a third name' });
    expect(await whenShown(id, { name: 'a third name' })).toMatchObject({ connection: 'connected' });
    expect(server.logins).toBe(before);
    await call('DELETE', `mailboxes/${id}`);
  }, 30_000);

  it('tells its changes to whoever follows the events', async () => {
    const events = await follow();
    const { id } = await add();
    await eventually(
      () =>
        events.some(({ event, data }) => event === 'changed' && data.id === id && data.connection === 'connected') || undefined,
    );
    await call('PATCH', `mailboxes/${id}`, { paused: true });
    await eventually(() => events.some(({ data }) => data.id === id && data.status === 'paused') || undefined);
    await call('DELETE', `mailboxes/${id}`);
    await eventually(() => events.some(({ event, data }) => event === 'deleted' && data.id === id) || undefined);
    expect(JSON.stringify(events)).not.toContain(ADA.password);
  }, 30_000);

  it('may not take the place of another', async () => {
    const [ada, bea] = [await add(ADA), await add(BEA)];
    const refused = await call<{ code: string }>('PATCH', `mailboxes/${bea.id}`, { username: ADA.name });
    expect([refused.status, refused.body.code]).toEqual([409, 'mailbox_exists']);
    for (const { id } of [ada, bea]) await call('DELETE', `mailboxes/${id}`);
  });

  it.each([
    ['an unknown field', { colour: 'red' }, 'invalid_request'],
    ['a line break in a password', { auth: password('a\r\nb') }, 'invalid_request'],
    ['a NUL in a folder', { folders: ['IN\0BOX'] }, 'invalid_request'],
    [
      'an authority that is no certificate',
      { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      'invalid_request',
    ],
    ['a proxy of a scheme that cannot carry IMAP', { proxy: 'ftp://proxy.example:21' }, 'invalid_request'],
  ])('is not changed by %s', async (_what, change, code) => {
    const { id } = await add();
    const refused = await call<{ code: string }>('PATCH', `mailboxes/${id}`, change);
    expect([refused.status, refused.body.code]).toEqual([422, code]);
    await call('DELETE', `mailboxes/${id}`);
  });
});

describe('an import of mailboxes', () => {
  it('makes, changes and rejects line by line', async () => {
    const lines = `${ADA.name}:${secret('wrong')}:localhost:${server.port}\nno password\n`;
    const first = await call<object>('POST', 'mailboxes/import', lines, 'text/plain');
    expect(first).toMatchObject({ status: 201, body: { created: 1, updated: 0, rejected: [{ line: 2 }] } });
    const again = [{ ...at(), host: 'localhost', username: ADA.name, auth: password(ADA.password) }];
    expect(await call<object>('POST', 'mailboxes/import', again)).toMatchObject({
      body: { created: 0, updated: 1, rejected: [] },
    });
    const { body } = await call<{ items: Mailbox[] }>('GET', 'mailboxes');
    await whenShown(body.items.find(({ host }) => host === 'localhost')?.id ?? '', { status: 'waiting_for_emails' });
  }, 30_000);
});

describe('a check', () => {
  const check = async (id: string) => (await call<MailboxCheck>('POST', `mailboxes/${id}/check`)).body;

  it('connects to a paused mailbox now, and tells each step', async () => {
    const { id } = await add(ADA, { paused: true });
    const told = await check(id);
    expect(told).toMatchObject({ ok: true, status: 'waiting_for_emails', statusDetail: null });
    expect(told.steps.map(({ name, ok }) => (ok ? name : `not ${name}`))).toEqual([
      'resolve',
      'connect',
      'login',
      'inbox',
      'junk',
      'idle',
    ]);
    await call('DELETE', `mailboxes/${id}`);
  }, 30_000);

  it.each([
    [
      'refuses the password',
      { at: 'login', how: 'no', text: '[AUTHENTICATIONFAILED] Invalid credentials' },
      'not login',
      'auth_failed',
    ],
    ['leaves when the inbox is opened', { at: 'select', how: 'bye' }, 'not inbox', 'unreachable'],
    ['ends the connection in IDLE', { at: 'idle', how: 'reset' }, 'not idle', 'unreachable'],
  ] as const)(
    'ends with the first step that fails: the server %s',
    async (_, fault, last, status) => {
      const { id } = await add(ADA, { paused: true });
      const mend = server.misbehave(fault);
      const told = await check(id);
      mend();
      const { name, ok } = told.steps.at(-1) ?? {};
      expect([told.ok, told.status, ok ? name : `not ${name}`]).toEqual([false, status, last]);
      expect(told.statusDetail).toEqual(expect.any(String));
      await call('DELETE', `mailboxes/${id}`);
    },
    30_000,
  );

  it('knows no mailbox that is not there', async () => {
    const { id } = await add(ADA, { paused: true });
    await call('DELETE', `mailboxes/${id}`);
    expect((await call('POST', `mailboxes/${id}/check`)).status).toBe(404);
  });
});

describe('the presets', () => {
  it('are told to operators', async () => {
    const { body } = await call<{ items: { id: string }[] }>('GET', 'mail-providers');
    expect(body.items.map(({ id }) => id)).toEqual(expect.arrayContaining(['gmail', 'outlook', 'proton-bridge', 'generic']));
  });
});

/** What the events tell from now on. */
async function follow(): Promise<{ event: string; data: Mailbox }[]> {
  const told: { event: string; data: Mailbox }[] = [];
  const response = await fetch(`${suite.url}/v1/mailboxes/events`, { headers: { authorization: `Bearer ${suite.adminKey}` } });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  void (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const whole = text.split('\n\n');
      text = whole.pop() ?? '';
      for (const block of whole) {
        const [, event] = /^event: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        if (event !== undefined && data !== undefined) told.push({ event, data: JSON.parse(data) as Mailbox });
      }
    }
  })().catch(() => undefined);
  return told;
}

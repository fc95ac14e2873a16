import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Otterpost } from '@otterpost/client';
import type { Site } from '@otterpost/contracts/sites';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail, type MailFields } from '@otterpost/testkit/mail';

import { addMailbox } from '../tools/demo/show.ts';
import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const USER = { name: 'master@otters.example', password: secret('holt') };
const FROM = 'Riverbank <no-reply@mail.riverbank.example>';

let folder: string;
let suite: Suite;
let server: ImapServer;
let otterpost: Otterpost;
let people = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  server = await startImapServer({ users: [USER] });
  suite = await startJourney({ dataDir: folder });
  const auth = { type: 'password', password: USER.password };
  const mailbox = { name: 'master', host: server.host, port: server.port, security: 'none', username: USER.name, auth };
  await addMailbox({ url: suite.url, key: suite.adminKey }, { ...mailbox, authservId: 'mx.otters.example' }, 20_000);
  otterpost = new Otterpost({ url: suite.url, key: suite.adminKey });
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

async function call<T = Site>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const response = await fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

/** What a worker gets for a mail that comes once its ticket is open. */
async function codeOf(mail: Partial<MailFields>, site = 'riverbank'): Promise<string | undefined> {
  const to = `robot${people++}@otters.example`;
  const ticket = await otterpost.tickets.open({ site, recipient: to, expiresIn: 60 });
  server.deliver(USER.name, buildMail({ from: FROM, to, subject: 'Hello', ...mail }));
  return ticket.code({ timeout: 20_000 });
}

const definition = (pattern: string, more: object = {}): object => ({
  name: 'Riverbank',
  senders: ['riverbank.example'],
  code: { pattern },
  ...more,
});

describe('a site', () => {
  it('is stored, shown, listed, changed and deleted', async () => {
    const made = await call('PUT', 'sites/weir', { name: 'Weir', senders: ['Weir.Example'] });
    expect(made).toMatchObject({
      status: 201,
      body: { slug: 'weir', senders: ['weir.example'], authenticity: 'preferred', shipped: false },
    });
    expect(await call('PUT', 'sites/weir', { name: 'Weir 2', senders: ['weir.example'] })).toMatchObject({
      status: 200,
      body: { name: 'Weir 2' },
    });
    expect(await call('GET', 'sites/weir')).toMatchObject({ status: 200, body: { name: 'Weir 2' } });
    const { body } = await call<{ items: Site[] }>('GET', 'sites?limit=500');
    expect(body.items.map(({ slug }) => slug)).toContain('weir');
    expect((await call('DELETE', 'sites/weir')).status).toBe(204);
    expect((await call('DELETE', 'sites/weir')).status).toBe(404);
    expect((await call('GET', 'sites/weir')).status).toBe(404);
  });

  it.each([
    ['an unknown field', { ...definition('\\d+'), colour: 'red' }, 'invalid_request'],
    ['a sender that is none', { ...definition('\\d+'), senders: ['all of them'] }, 'invalid_request'],
    ['a pattern that is no RE2', definition('(?=x)\\d+'), 'pattern_invalid'],
    [
      'a sample that fails',
      definition('Pass: (\\d+)', { samples: [{ mail: 'Subject: a\r\n\r\nPass: 1234', expect: { code: '9999' } }] }),
      'sample_failed',
    ],
  ])('is not changed by %s', async (_what, wrong, code) => {
    await call('PUT', 'sites/holt', definition('Pass: (\\d+)', { senders: ['holt.example'] }));
    expect(await call<{ code: string }>('PUT', 'sites/holt', wrong)).toMatchObject({ status: 422, body: { code } });
    expect((await call('GET', 'sites/holt')).body.code).toEqual({ pattern: 'Pass: (\\d+)' });
  });

  it('has its pattern in force at once, and a changed one without a restart', async () => {
    const text = 'Pass: 111222. Key: 333444. Your verification code is none of these.';
    await call('PUT', 'sites/riverbank', definition('Pass: (\\d+)'));
    expect(await codeOf({ text })).toBe('111222');
    await call('PUT', 'sites/riverbank', definition('Key: (\\d+)'));
    expect(await codeOf({ text }, 'riverbank.example')).toBe('333444');
  }, 60_000);

  it('shows that its pattern has stopped to match, and workers get their codes meanwhile', async () => {
    await call('PUT', 'sites/riverbank', definition('Pass: (\\d+)'));
    expect(await codeOf({ text: 'Your verification code is 482913.' })).toBe('482913');
    const use = await eventually(async () => {
      const { patternUse } = (await call('GET', 'sites/riverbank')).body;
      return patternUse.fellBack > 0 ? patternUse : undefined;
    });
    expect(use).toMatchObject({ matched: 0, fellBack: 1, lastMatchedAt: null });
  }, 60_000);

  it('that is deleted leaves its mails to the slug of their domain', async () => {
    await call('PUT', 'sites/riverbank', definition('Pass: (\\d+)'));
    await call('DELETE', 'sites/riverbank');
    expect(await codeOf({ text: 'Your verification code is 482914.' }, 'riverbank.example')).toBe('482914');
  }, 60_000);
});

describe('a mail that its provider found', () => {
  const found = (result: string) =>
    [['Authentication-Results', `mx.otters.example; dmarc=${result} header.from=riverbank.example`]] as const;
  const text = 'Pass: 111222';

  it('genuine reaches its ticket, and a forged one does not', async () => {
    await call('PUT', 'sites/riverbank', definition('Pass: (\\d+)'));
    const to = 'forged@otters.example';
    const ticket = await otterpost.tickets.open({ site: 'riverbank', recipient: to, expiresIn: 6 });
    server.deliver(USER.name, buildMail({ from: FROM, to, subject: 'Hello', text, headers: found('fail') }));
    const ended = await eventually(
      async () => {
        const { body } = await call<{ status: string; cause?: string }>('GET', `tickets/${ticket.id}`);
        return body.status === 'expired' ? body : undefined;
      },
      { timeoutMs: 15_000 },
    );
    expect(ended.cause).toBe('sender_not_authentic');
    expect(await codeOf({ text, headers: found('pass') })).toBe('111222');
  }, 60_000);

  it('neither is refused only by a site that takes nothing but proven mail', async () => {
    await call('PUT', 'sites/riverbank', definition('Pass: (\\d+)', { authenticity: 'required' }));
    const to = 'unproven@otters.example';
    const ticket = await otterpost.tickets.open({ site: 'riverbank', recipient: to, expiresIn: 60 });
    server.deliver(USER.name, buildMail({ from: FROM, to, subject: 'Hello', text }));
    await eventually(async () => {
      const { body } = await call<{ items: { recipient: string; reason: string }[] }>('GET', 'codes?site=riverbank');
      return body.items.some(({ recipient, reason }) => recipient === to && reason === 'not_authentic') || undefined;
    });
    server.deliver(USER.name, buildMail({ from: FROM, to, subject: 'Hello', text: 'Pass: 333444', headers: found('pass') }));
    expect(await ticket.code({ timeout: 20_000 })).toBe('333444');
    await call('PUT', 'sites/riverbank', definition('Pass: (\\d+)', { authenticity: 'off' }));
    expect(await codeOf({ text, headers: found('fail') })).toBe('111222');
  }, 60_000);
});

describe('a mail that is read as a dry run', () => {
  const draft = {
    from: FROM,
    to: 'dry@otters.example',
    subject: 'Hello',
    text: 'Your verification code is 482913. It expires in 10 minutes.',
  };
  const send = (body: string | Buffer, type: string, query = ''): Promise<Response> =>
    fetch(`${suite.url}/v1/extractions${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${suite.adminKey}`, 'content-type': type },
      body: new Uint8Array(Buffer.from(body)),
    });

  it('is answered with what it holds and why, and is handed to nobody', async () => {
    const answer = await send(buildMail(draft), 'message/rfc822');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      ...{
        kind: 'code',
        code: '482913',
        link: null,
        recipient: draft.to,
        forwarded: 'none',
        authenticity: 'unknown',
        expiresIn: 600,
      },
      ...{ candidates: [{ value: '482913', score: expect.any(Number), reasons: expect.arrayContaining(['digits']) }] },
      tookMs: expect.any(Number),
    });
    const { body } = await call<{ items: { recipient: string }[] }>('GET', 'codes?limit=500');
    expect(body.items.map(({ recipient }) => recipient)).not.toContain(draft.to);
  });

  it('may be given in parts', async () => {
    const parts = {
      subject: 'Ваш код\r\nBcc: x@y.example',
      html: '<p>Код подтверждения: <b>482913</b></p>',
      from: 'a@riverbank.example',
    };
    const answer = await send(JSON.stringify(parts), 'application/json');
    expect(await answer.json()).toMatchObject({ kind: 'code', code: '482913' });
  });

  it('is opened where a forwarder of the mailbox that is named sent it on', async () => {
    const { body } = await call<{ items: { id: string }[] }>('GET', 'mailboxes');
    const id = body.items[0]?.id ?? '';
    await call('PATCH', `mailboxes/${id}`, { forwarders: ['ada@outlook.example'] });
    const text = `-----Original Message-----\nFrom: ${FROM}\nTo: robot@otters.example\nSubject: Hello\n\n${draft.text}`;
    const forwarded = buildMail({ from: 'Ada <ada@outlook.example>', to: USER.name, subject: 'Fwd: Hello', text });
    const ofMailbox = await (await send(forwarded, 'message/rfc822', `?mailboxId=${id}`)).json();
    expect(ofMailbox).toMatchObject({ forwarded: 'inline', recipient: 'robot@otters.example', code: '482913' });
    expect(await (await send(forwarded, 'message/rfc822')).json()).toMatchObject({ forwarded: 'none' });
  });

  it.each<[string, string | Buffer, string, string, number, string]>([
    ['a mail over 25 MiB', Buffer.alloc(25 * 1024 * 1024 + 1), 'message/rfc822', '', 413, 'payload_too_large'],
    ['another kind of content', 'a,b', 'text/csv', '', 415, 'unsupported_media_type'],
    ['nothing to read', '{"from":"a@b.example"}', 'application/json', '', 422, 'invalid_request'],
    [
      'a mailbox that is not there',
      'Subject: x\r\n\r\ny',
      'message/rfc822',
      `?mailboxId=mbx_${'0'.repeat(26)}`,
      404,
      'not_found',
    ],
  ])('is refused: %s', async (_what, body, type, query, status, code) => {
    const answer = await send(body, type, query);
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
  });

  it('may be as long as providers let mails be', async () => {
    const long = Buffer.concat([Buffer.from(buildMail(draft)), Buffer.alloc(24 * 1024 * 1024, 'otter\r\n')]);
    expect(await (await send(long, 'message/rfc822')).json()).toMatchObject({ code: '482913' });
  });
});

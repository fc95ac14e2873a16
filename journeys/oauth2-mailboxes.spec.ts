import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Mailbox, MailboxCheck } from '@otterpost/contracts/mailboxes';
import { CANARY, secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';
import { startTokenServer, type TokenServer } from '@otterpost/testkit/token-server';

import { call } from '../tools/demo/worker.ts';
import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const ADA = { name: 'ada@otters.example', password: secret('not-by-password') };

let folder: string;
let suite: Suite;
let mailServer: ImapServer;
let tokenServer: TokenServer;
let id: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  tokenServer = await startTokenServer();
  mailServer = await startImapServer({ users: [ADA], acceptsToken: (_user, token) => tokenServer.accepts(token) });
  suite = await startJourney({ dataDir: folder, env: { OTTERPOST_OAUTH2_TOKEN_URL_GOOGLE: tokenServer.url } });
  const made = await ask<Mailbox>('POST', '/v1/mailboxes', {
    ...{ name: 'ada', host: mailServer.host, port: mailServer.port, security: 'none', username: ADA.name },
    auth: auth(tokenServer.grant()),
  });
  id = made.id;
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await mailServer?.stop();
  await tokenServer?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
  (await call({ url: suite.url, key: suite.adminKey }, method, path, body)) as T;
const auth = (refreshToken: string) => ({
  ...{ type: 'oauth2', provider: 'google', clientId: 'otter-client', clientSecret: secret('client') },
  refreshToken,
});

const whenShown = (status: Mailbox['status']): Promise<Mailbox> =>
  eventually(async () => {
    const mailbox = await ask<Mailbox>('GET', `/v1/mailboxes/${id}`);
    return mailbox.status === status ? mailbox : undefined;
  });

async function reconnect(): Promise<void> {
  const before = mailServer.logins;
  mailServer.dropAll();
  // What was killed starts anew meanwhile, on a machine that has other work as well.
  await eventually(() => mailServer.logins > before || undefined, { timeoutMs: 30_000 });
}

describe('a mailbox with OAuth2', () => {
  it('is logged in to by an access token that its refresh token was changed for', async () => {
    expect(await whenShown('waiting_for_emails')).toMatchObject({ authType: 'oauth2', connection: 'connected' });
    expect(tokenServer.refreshes).toHaveLength(1);
  }, 30_000);

  it('is logged in to again by the same access token while that lives', async () => {
    await reconnect();
    await whenShown('waiting_for_emails');
    expect(tokenServer.refreshes).toHaveLength(1);
  }, 30_000);

  it('is checked with it', async () => {
    expect(await ask<MailboxCheck>('POST', `/v1/mailboxes/${id}/check`, {})).toMatchObject({ ok: true });
    expect(tokenServer.refreshes).toHaveLength(1);
  }, 30_000);

  it('takes a fresh access token, by the rotated refresh token, where the mail server refuses the last one', async () => {
    tokenServer.withdrawAccessTokens();
    await reconnect();
    await whenShown('waiting_for_emails');
    expect(tokenServer.refreshes).toHaveLength(2);
  }, 30_000);

  it.each(['imap-ingestor', 'accounts-service'] as const)(
    'loses nothing when %s is killed after a refresh',
    async (service) => {
      suite.kill(service, 'SIGKILL');
      tokenServer.withdrawAccessTokens();
      await reconnect();
      await eventually(() => mailServer.connections(ADA.name) > 0 || undefined);
      expect(tokenServer.accepts(tokenServer.secrets.at(-2) ?? '')).toBe(true);
    },
    60_000,
  );

  it('is auth_failed with words when the owner has withdrawn the consent, and goes on when a new refresh token is put', async () => {
    tokenServer.revokeAll();
    mailServer.dropAll();
    const { statusDetail } = await whenShown('auth_failed');
    expect(statusDetail).toMatch(/sign in again at Google and put the new refresh token by PATCH/);
    expect(statusDetail).not.toContain(CANARY);
    expect(await ask<MailboxCheck>('POST', `/v1/mailboxes/${id}/check`, {})).toMatchObject({
      status: 'auth_failed',
      steps: expect.arrayContaining([expect.objectContaining({ name: 'login', ok: false })]),
    });
    await ask('PATCH', `/v1/mailboxes/${id}`, { auth: auth(tokenServer.grant()) });
    await whenShown('waiting_for_emails');
  }, 60_000);
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import type { MailboxId } from '@otterpost/contracts/ids';
import { ACCESS_TOKEN_COLUMN, CREDENTIAL_COLUMN } from '@otterpost/contracts/mailbox-requests';
import type { MailboxAuth } from '@otterpost/contracts/mailboxes';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { columnAad, open } from '@otterpost/sealing/seal';
import { CANARY, findSecrets, secret } from '@otterpost/testkit/canary';
import { startTokenServer, type TokenServer, type TokenServerOptions } from '@otterpost/testkit/token-server';

import { ENTITIES, MIGRATIONS, SCHEMA } from '../src/accounts-service.module.ts';
import { createAccessTokens } from '../src/adapters/access-token-store.ts';
import { createTokenEndpoint } from '../src/adapters/token-endpoint.ts';
import { type AccessTokens, renewAfterSeconds } from '../src/core/access-tokens.ts';
import { beat, type Ground, log, newMailbox, ring, standUp } from './ground.ts';

const CLIENT = { clientId: 'otter-client', clientSecret: secret('client') };

let ground: Ground;
let other: Database;
let server: TokenServer;
let tokens: AccessTokens;
let id: MailboxId;
let fence: number;
let made = 0;

beforeAll(async () => {
  ground = await standUp();
  other = await openDatabase({
    url: (ground.database.dataSource.options as { url: string }).url,
    schema: SCHEMA,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    logger: log,
  });
}, 60_000);
afterAll(async () => {
  await other?.close();
  await ground?.stop();
});
beforeEach(() => start());
afterEach(() => server.stop());

/** A mailbox of its own, whose owner has signed in at a token server of its own. */
async function start(options: TokenServerOptions = {}): Promise<void> {
  await server?.stop();
  server = await startTokenServer(options);
  tokens = accessTokensOn(ground.database);
  const auth = authOf(server.grant());
  id = (await ground.store.create({ ...newMailbox(`otter${++made}@otters.example`), auth })).id;
  fence = (await beat(ground, 'i-1'))?.find(({ mailboxId }) => mailboxId === id)?.fence ?? -1;
}

const authOf = (refreshToken: string): MailboxAuth => ({ type: 'oauth2', provider: 'google', ...CLIENT, refreshToken });
const accessTokensOn = (database: Database, deadlineMs?: number): AccessTokens =>
  createAccessTokens(database, ring, createTokenEndpoint({ google: server.url, microsoft: server.url }, deadlineMs));
const get = (from = tokens, refused: string | null = null) => from.get({ mailboxId: id, fence, refused });

async function getIssued(from = tokens, refused: string | null = null): Promise<string> {
  const reply = await get(from, refused);
  if (reply.kind !== 'issued') throw new Error(reply.statusDetail);
  return reply.accessToken;
}

const openToken = (sealed: string): string =>
  open(ring, Buffer.from(sealed, 'base64'), columnAad(ACCESS_TOKEN_COLUMN.table, id, ACCESS_TOKEN_COLUMN.column)).toString();

async function storedRefreshToken(): Promise<string> {
  const [row] = await other.query<{ credential: Buffer }>('SELECT credential FROM mailboxes WHERE id = $1', [id]);
  const aad = columnAad(CREDENTIAL_COLUMN.table, id, CREDENTIAL_COLUMN.column);
  return JSON.parse(open(ring, row?.credential ?? Buffer.alloc(0), aad).toString()).refreshToken;
}

describe('an access token', () => {
  it('is what the refresh token was changed for, asked for as RFC 6749 section 6 has it, and travels sealed', async () => {
    const sealed = await getIssued();
    expect(server.accepts(openToken(sealed))).toBe(true);
    expect(findSecrets(Buffer.from(sealed, 'base64'))).toEqual([]);
    expect(server.refreshes).toEqual([
      {
        grant_type: 'refresh_token',
        refresh_token: server.secrets[0],
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
      },
    ]);
  });

  it('is asked for at Microsoft with the scope of IMAP, and without a secret where the client has none', async () => {
    await ground.store.change(id, {
      auth: { type: 'oauth2', provider: 'microsoft', clientId: 'c', refreshToken: server.grant() },
    });
    await getIssued();
    expect(server.refreshes).toEqual([
      expect.objectContaining({ scope: 'https://outlook.office.com/IMAP.AccessAsUser.All offline_access' }),
    ]);
    expect(server.refreshes[0]).not.toHaveProperty('client_secret');
  });

  it('is given again while it is good for a session', async () => {
    expect(await getIssued()).toBe(await getIssued());
    expect(server.refreshes).toHaveLength(1);
  });

  it('is refreshed when it is about to expire, by the refresh token that came with it', async () => {
    await start({ expiresInSeconds: 119 });
    expect(await getIssued()).not.toBe(await getIssued());
    expect(server.refreshes.map((form) => form.refresh_token)).toEqual([server.secrets[0], server.secrets[2]]);
  });

  it('is refreshed once by all who ask at once, at whatever replica', async () => {
    const replicas = [tokens, accessTokensOn(other), accessTokensOn(other)];
    const given = await Promise.all(Array.from({ length: 24 }, (_, at) => getIssued(replicas[at % replicas.length])));
    expect(new Set(given).size).toBe(1);
    expect(server.refreshes).toHaveLength(1);
  });

  it('is refreshed once for all whom the mail server refused it, and is not the refused one', async () => {
    const refused = await getIssued();
    const replicas = [tokens, accessTokensOn(other)];
    const given = await Promise.all(Array.from({ length: 8 }, (_, at) => getIssued(replicas[at % 2], refused)));
    expect(new Set(given).size).toBe(1);
    expect(given).not.toContain(refused);
    expect(server.refreshes).toHaveLength(2);
  });

  it('is given out when the rotated refresh token is in the database: who dies then loses nothing', async () => {
    await getIssued();
    expect(await storedRefreshToken()).toBe(server.secrets[2]);
    server.withdrawAccessTokens();
    const afterTheDeath = accessTokensOn(other);
    const refused = await getIssued(afterTheDeath);
    expect(server.accepts(openToken(await getIssued(afterTheDeath, refused)))).toBe(true);
  });

  it('is not lost, nor the refresh token that came with it, when the database could not take it', async () => {
    let ends: Promise<unknown> | undefined;
    await start({
      onRefresh: () => {
        ends ??= other.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`);
        return ends;
      },
    });
    await expect(get()).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(server.accepts(openToken(await getIssued()))).toBe(true);
    expect(server.refreshes).toHaveLength(1);
    expect(await storedRefreshToken()).toBe(server.secrets[2]);
  });

  it('of a credential that a person has changed meanwhile does not take its place', async () => {
    let changed: Promise<unknown> | undefined;
    const next = 'refresh-of-the-person';
    await start({
      onRefresh: () => {
        changed ??= ground.store.change(id, { auth: authOf(next) });
        return changed;
      },
    });
    expect(await get()).toMatchObject({ kind: 'refused', status: 'unreachable' });
    expect(await storedRefreshToken()).toBe(next);
  });

  it('is forgotten when the mailbox gets another credential', async () => {
    const before = await getIssued();
    await ground.store.change(id, { auth: authOf(server.grant()) });
    expect(await getIssued()).not.toBe(before);
  });

  it('is for the owner of the mailbox alone', async () => {
    const asked = await tokens.get({ mailboxId: id, fence: fence - 1, refused: null }).catch((error: unknown) => error);
    expect(asked instanceof Failure && asked.code).toBe('stale_fence');
    expect(server.refreshes).toHaveLength(0);
  });
});

describe('a refresh that is refused', () => {
  it.each([
    [
      'invalid_grant',
      /Google refused the refresh token of .*sign in again at Google and put the new refresh token by PATCH \/v1\/mailboxes\/mbx_/,
    ],
    ['invalid_client', /check clientId and clientSecret.*PATCH/],
    ['unauthorized_client', /check clientId and clientSecret.*PATCH/],
  ])('for %s is auth_failed, and says what to do', async (error, words) => {
    server.misbehave({ status: 400, body: JSON.stringify({ error, error_description: 'AADSTS70000: see there' }) });
    expect(await get()).toEqual({ kind: 'refused', status: 'auth_failed', statusDetail: expect.stringMatching(words) });
  });

  it('repeats no secret, even where the provider does', async () => {
    server.revokeAll();
    const reply = await get();
    expect(reply).toMatchObject({ kind: 'refused', status: 'auth_failed' });
    expect(JSON.stringify(reply)).toMatch(/has been expired or revoked/);
    expect(JSON.stringify(reply)).not.toContain(CANARY);
  });

  it('goes well with the refresh token of who has signed in again', async () => {
    server.revokeAll();
    await get();
    await ground.store.change(id, { auth: authOf(server.grant()) });
    expect(server.accepts(openToken(await getIssued()))).toBe(true);
  });
});

describe('a refresh that fails', () => {
  it.each([
    ['503', { status: 503 }, 'unreachable'],
    ['a 503 that speaks of the grant', { status: 503, body: '{"error":"invalid_grant"}' }, 'unreachable'],
    ['429', { status: 429, body: '{"error":"invalid_grant"}' }, 'throttled'],
    ['an answer without a token', { status: 200, body: '{}' }, 'unreachable'],
    [
      'a token that holds a line break',
      { status: 200, body: '{"access_token":"a\\r\\nb","token_type":"Bearer"}' },
      'unreachable',
    ],
    ['an answer without end', { status: 200, body: 'x'.repeat(1_000_000) }, 'unreachable'],
    ['a page of somebody in between', { status: 403, body: '<html>' }, 'unreachable'],
    ['temporarily_unavailable', { status: 400, body: '{"error":"temporarily_unavailable"}' }, 'unreachable'],
  ] as const)('by %s may go well the next time', async (_what, fault, status) => {
    server.misbehave({ ...fault, times: 1 });
    expect(await get()).toMatchObject({ kind: 'refused', status });
    expect(server.accepts(openToken(await getIssued()))).toBe(true);
  });

  it('for want of an answer may go well the next time', async () => {
    server.misbehave({ status: 'hang', times: 1 });
    expect(await get(accessTokensOn(ground.database, 50))).toMatchObject({ kind: 'refused', status: 'unreachable' });
    expect(server.accepts(openToken(await getIssued()))).toBe(true);
  });

  it('for want of a server is unreachable', async () => {
    await server.stop();
    expect(await get()).toEqual({
      kind: 'refused',
      status: 'unreachable',
      statusDetail: expect.stringMatching(/Google.*ECONNREFUSED/),
    });
  });

  it('is not asked to another address, wherever the endpoint sends one', async () => {
    server.misbehave({ status: 302, location: server.url, times: 1 });
    expect(await get()).toMatchObject({ kind: 'refused', status: 'unreachable' });
    expect(server.refreshes).toHaveLength(1);
  });

  it('leaves the last token in use as long as that lives', async () => {
    await start({ expiresInSeconds: 119 });
    const last = await getIssued();
    server.misbehave({ status: 503 });
    expect(await getIssued()).toBe(last);
    expect(await get(tokens, last)).toMatchObject({ kind: 'refused', status: 'unreachable' });
  });
});

describe('an assignment', () => {
  it('holds no refresh token, and ends its sessions with their access tokens', async () => {
    await ground.store.change(id, { host: 'imap.gmail.com' });
    expect(await ground.ownership.assignment(id)).toMatchObject({ credential: null, limits: { sessionMinutes: 60 } });
  });
});

describe('the time of an access token', () => {
  it.each([
    [3600, 2700],
    [300, 180],
    [119, 0],
  ])('of %i s is given to new sessions for %i s', (expiresIn, renewAfter) => {
    expect(renewAfterSeconds(expiresIn)).toBe(renewAfter);
  });
});

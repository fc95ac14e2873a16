import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SESSION_COLUMN } from '@otterpost/contracts/account-requests';
import { Failure } from '@otterpost/contracts/failure';
import type { AccountGroupId, AccountId } from '@otterpost/contracts/ids';
import { columnAad, open } from '@otterpost/sealing/seal';
import { CANARY, secret } from '@otterpost/testkit/canary';

import { callerOf, type Ground, ring, standUp } from './ground.ts';

const ALL = callerOf();
const PLAIN = { bytes: 2, expiresAt: null };
const codeOf = (error: unknown): string | undefined => (error instanceof Failure ? error.code : undefined);

let ground: Ground;
let group: AccountGroupId;
let id: AccountId;
let made = 0;

beforeAll(async () => {
  ground = await standUp();
}, 60_000);
afterAll(() => ground.stop());
beforeEach(async () => {
  group = (await ground.groups.create({ name: `group ${++made}`, site: 'nike' })).id;
  await ground.desk.add(ALL, group, { kind: 'lines', first: 1, exact: false, lines: [`ada@x.example:${secret('one')}`] });
  const [account] = (await ground.accounts.list(ALL, group, { limit: 1 }))?.items ?? [];
  if (account === undefined) throw new Error('no account');
  id = account.id;
});

const save = (text: string, condition = {}) => ground.sessions.save({ caller: ALL, id }, text, PLAIN, condition);
const refusal = async (work: Promise<unknown>): Promise<string | undefined> =>
  codeOf(
    await work.then(
      () => undefined,
      (error: unknown) => error,
    ),
  );

async function text(): Promise<string> {
  const { session } = await ground.sessions.load({ caller: ALL, id });
  return open(ring, Buffer.from(session, 'base64'), columnAad(SESSION_COLUMN.table, id, SESSION_COLUMN.column)).toString();
}

describe('a session', () => {
  it('is what was last saved, and is described without being opened', async () => {
    const expiresAt = new Date('2027-01-01T00:00:00.000Z');
    const session = JSON.stringify({ token: secret('session') });
    await ground.sessions.save({ caller: ALL, id }, session, { bytes: session.length, expiresAt }, {});
    expect(await text()).toBe(session);
    expect(await ground.accounts.find(ALL, id)).toMatchObject({
      session: { status: 'saved', expiresAt: expiresAt.toISOString(), bytes: session.length, savedBy: ALL.keyId },
    });
    const [row] = await ground.database.query<{ text: string }>('SELECT a::text AS text FROM accounts a WHERE id = $1', [id]);
    expect(row?.text).not.toContain(Buffer.from(CANARY).toString('hex'));
  });

  it('is not overwritten, cleared or made anew by who knows another one', async () => {
    expect(await refusal(save('{}', { match: '*' }))).toBe('session_changed');
    const first = await save('1', { noneMatch: '*' });
    expect(await refusal(save('2', { noneMatch: '*' }))).toBe('session_changed');
    const tag = first.status === 'saved' ? first.etag : '';
    await save('2', { match: ['other', tag] });
    expect(await refusal(save('3', { match: [tag] }))).toBe('session_changed');
    expect(await refusal(ground.sessions.clear({ caller: ALL, id }, { match: [tag] }))).toBe('session_changed');
    expect(await text()).toBe('2');
  });

  it('of many saves with the same If-Match is saved by one', async () => {
    const first = await save('0');
    const match = first.status === 'saved' ? [first.etag] : [];
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, at) => refusal(save(String(at), { match }))));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'session_changed')).toHaveLength(9);
  });

  it('is cleared alone, with its group, or with all', async () => {
    await save('1');
    await ground.sessions.clear({ caller: ALL, id }, {});
    expect(await refusal(ground.sessions.load({ caller: ALL, id }))).toBe('not_found');
    await save('2');
    expect(await ground.sessions.clearSome(ALL, group)).toEqual({ cleared: 1, more: false });
    await save('3');
    expect((await ground.sessions.clearSome(ALL, null)).cleared).toBeGreaterThan(0);
    expect(await ground.accounts.find(ALL, id)).toMatchObject({ session: { status: 'none' } });
    expect(await ground.groups.find(ALL, group)).toMatchObject({ sessions: 0 });
  });

  it('is audited each time it is given', async () => {
    await save('1');
    await text();
    await text();
    expect(await ground.database.query('SELECT action FROM audit_lines WHERE target = $1', [id])).toEqual([
      { action: 'session.loaded' },
      { action: 'session.loaded' },
    ]);
  });
});

describe("a worker's session", () => {
  const worker = callerOf({ scope: 'worker' });
  const other = callerOf({ scope: 'worker' });
  const lease = (caller = worker, leaseFor = 60) =>
    ground.leases.lease(caller, group, { leaseFor, session: 'any', exclude: [] }, null);

  it('is that of an account that it has leased, and of no other', async () => {
    await save('1');
    for (const attempt of [ground.sessions.load({ caller: worker, id }), ground.sessions.clear({ caller: worker, id }, {})])
      expect(await refusal(attempt)).toBe('not_found');
    await lease();
    await ground.sessions.save({ caller: worker, id }, '2', PLAIN, {});
    expect(await text()).toBe('2');
    expect(await refusal(ground.sessions.load({ caller: other, id }))).toBe('not_found');
  });

  it('is refused once the lease has passed to another, also under the same key when it names its lease', async () => {
    const first = await lease();
    await ground.leases.release(worker, first.id, { outcome: 'ok' });
    expect(await refusal(ground.sessions.save({ caller: worker, id }, secret('late'), PLAIN, {}))).toBe('stale_fence');
    const second = await lease(other);
    expect(await refusal(ground.sessions.save({ caller: worker, id }, secret('late'), PLAIN, {}))).toBe('stale_fence');
    await ground.leases.release(other, second.id, { outcome: 'ok' });
    const third = await lease();
    const late = { caller: worker, id, lease: first.id };
    expect(await refusal(ground.sessions.save(late, secret('late'), PLAIN, {}))).toBe('stale_fence');
    expect(await refusal(ground.sessions.save({ ...late, caller: ALL }, secret('late'), PLAIN, {}))).toBe('stale_fence');
    await ground.sessions.save({ caller: worker, id, lease: third.id }, secret('mine'), PLAIN, {});
    expect(await text()).toBe(secret('mine'));
  });

  it('is refused when the lease has run out, though nobody else has the account', async () => {
    const held = await lease();
    await ground.database.query("UPDATE account_leases SET expires_at = now() - interval '1 ms' WHERE id = $1", [held.id]);
    expect(await refusal(ground.sessions.save({ caller: worker, id, lease: held.id }, secret('late'), PLAIN, {}))).toBe(
      'stale_fence',
    );
  });
});

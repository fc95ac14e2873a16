import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LeaseWish } from '@otterpost/contracts/account-leases';
import { Failure } from '@otterpost/contracts/failure';
import type { AccountGroupId, AccountLeaseId } from '@otterpost/contracts/ids';
import { secret } from '@otterpost/testkit/canary';
import type * as z from 'zod';

import { LEASE, RELEASE, RENEW, REPEATED } from '../src/adapters/account-lease-statements.ts';
import { callerOf, type Ground, standUp } from './ground.ts';

const operator = callerOf();
const worker = callerOf({ scope: 'worker' });
const other = callerOf({ scope: 'worker' });

let ground: Ground;
let group: AccountGroupId;
let made = 0;
beforeAll(async () => {
  ground = await standUp();
}, 60_000);
afterAll(() => ground.stop());
beforeEach(async () => {
  group = (await ground.groups.create({ name: `group ${++made}`, site: 'nike' })).id;
});

const fill = (count: number) =>
  ground.desk.add(operator, group, {
    kind: 'lines',
    first: 1,
    exact: false,
    lines: Array.from({ length: count }, (_, at) => `${String(at).padStart(3, '0')}@x.example:${secret('p')}${at}`),
  });
const lease = (
  wish: Partial<z.input<typeof LeaseWish>> = {},
  caller = worker,
  request: { key: string; hash: string } | null = null,
) => ground.leases.lease(caller, group, LeaseWish.parse({ leaseFor: 60, ...wish }), request);
const give = (id: AccountLeaseId, outcome: 'ok' | 'bad_credentials' | 'blocked' = 'ok', cooldown?: number, caller = worker) =>
  ground.leases.release(caller, id, { outcome, ...(cooldown === undefined ? {} : { cooldown }) });
const refusal = (work: Promise<unknown>): Promise<Failure['code'] | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Failure ? error.code : undefined),
  );
/** For whatever values, in PostgreSQL's words. */
const planOf = async (statement: string): Promise<string> => {
  const rows: { 'QUERY PLAN': string }[] = await ground.leasing.dataSource.query(`EXPLAIN (GENERIC_PLAN) ${statement}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
};
/** The lease runs out now, by the database's clock. */
const runOut = (id: AccountLeaseId) =>
  ground.database.query(
    `WITH past AS (UPDATE account_leases SET expires_at = now() - interval '1 ms' WHERE id = $1)
     UPDATE accounts SET free_at = now() - interval '1 ms' WHERE lease_id = $1`,
    [id],
  );

describe('an account lease', () => {
  it('gives each account to one worker, under any number that ask at once', async () => {
    await fill(40);
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => lease()));
    const given = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.account.id] : []));
    expect(given).toHaveLength(40);
    expect(new Set(given).size).toBe(40);
    expect(await refusal(lease())).toBe('no_free_account');
  });

  it('gives the account that has been free for the longest', async () => {
    await fill(3);
    const first = await lease();
    const second = await lease();
    await give(second.id);
    await give(first.id);
    const [unused, ...used] = [await lease(), await lease(), await lease()].map(({ account }) => account.email);
    expect([first.account.email, second.account.email]).not.toContain(unused);
    expect(used).toEqual([second.account.email, first.account.email]);
  });

  it('keeps to what was wished: an email, a session that has not run out, none that is excluded', async () => {
    await fill(5);
    const { items = [] } = (await ground.accounts.list(operator, group, { limit: 5 })) ?? {};
    const [zero, one, two, three] = items;
    if (zero === undefined || one === undefined || two === undefined || three === undefined) throw new Error('no accounts');
    const past = new Date(Date.now() - 1000);
    await ground.sessions.save({ caller: operator, id: one.id }, '1', { bytes: 1, expiresAt: past }, {});
    await ground.sessions.save({ caller: operator, id: two.id }, '2', { bytes: 1, expiresAt: null }, {});
    const ready = await lease({ session: 'required' });
    expect(ready.account).toMatchObject({ id: two.id, session: expect.any(String) });
    expect(await refusal(lease({ session: 'required' }))).toBe('no_free_account');
    expect((await lease({ email: '001@X.example' })).account).toMatchObject({ id: one.id, session: null });
    expect(await refusal(lease({ email: '001@x.example' }))).toBe('no_free_account');
    expect(await refusal(lease({ email: 'nobody@x.example' }))).toBe('no_free_account');
    expect((await lease({ exclude: [zero.id, '003@X.EXAMPLE'] })).account.email).toBe('004@x.example');
  });

  it('frees the account when it runs out; the former holder renews nothing and releases nothing', async () => {
    await fill(1);
    const first = await lease();
    await runOut(first.id);
    expect(await refusal(ground.leases.renew(worker, first.id, { leaseFor: 60 }))).toBe('lease_ended');
    const second = await lease({}, other);
    expect(second.account.id).toBe(first.account.id);
    expect(await refusal(ground.leases.renew(worker, first.id, { leaseFor: 60 }))).toBe('lease_ended');
    expect(await refusal(give(first.id, 'blocked'))).toBe('lease_ended');
    expect(await ground.accounts.find(operator, first.account.id)).toMatchObject({ lease: { id: second.id }, outcome: null });
  });

  it('lasts longer when it is renewed', async () => {
    await fill(1);
    const held = await lease({ leaseFor: 1 });
    const { expiresAt } = await ground.leases.renew(worker, held.id, { leaseFor: 3600 });
    expect(Date.parse(expiresAt) - Date.parse(held.expiresAt)).toBeGreaterThan(3_000_000);
    expect(await ground.accounts.find(operator, held.account.id)).toMatchObject({ lease: { id: held.id, expiresAt } });
  });

  it('is renewed and released by its key or an operator, and is not there for others', async () => {
    await fill(1);
    const held = await lease();
    expect(await refusal(ground.leases.renew(other, held.id, { leaseFor: 60 }))).toBe('not_found');
    expect(await refusal(give(held.id, 'ok', undefined, other))).toBe('not_found');
    const elsewhere = callerOf({ sites: ['adidas'] });
    expect(await refusal(give(held.id, 'ok', undefined, elsewhere))).toBe('not_found');
    await ground.leases.renew(operator, held.id, { leaseFor: 60 });
    await give(held.id, 'ok', undefined, operator);
    const again = await give(held.id);
    expect(again).toEqual(await give(held.id, 'blocked'));
    expect(await ground.accounts.find(operator, held.account.id)).toMatchObject({ outcome: 'ok', lease: null });
  });

  it('takes an account out of service until its credentials change or a person says so, or until it has cooled', async () => {
    await fill(1);
    const id = (await lease()).account.id;
    const last = async (): Promise<AccountLeaseId> => {
      const [row] = await ground.database.query<{ lease_id: AccountLeaseId }>('SELECT lease_id FROM accounts WHERE id = $1', [
        id,
      ]);
      return row?.lease_id ?? ('' as AccountLeaseId);
    };
    await give(await last(), 'bad_credentials');
    expect(await refusal(lease())).toBe('no_free_account');
    await ground.desk.change(operator, id, {}, { password: secret('new') });
    await give((await lease()).id, 'blocked');
    await ground.desk.change(operator, id, {}, { password: secret('newer') });
    expect(await refusal(lease())).toBe('no_free_account');
    await ground.desk.change(operator, id, { outcome: 'ok' }, {});
    await give((await lease()).id, 'ok', 600);
    const cooling = await lease().catch((error: unknown) => error);
    expect(cooling).toMatchObject({ code: 'no_free_account', retryAfterSeconds: expect.any(Number) });
    await ground.database.query("UPDATE accounts SET free_at = free_at - interval '600 seconds' WHERE id = $1", [id]);
    await lease();
    await ground.desk.change(operator, id, { outcome: 'ok' }, {});
    expect(await refusal(lease())).toBe('no_free_account');
  });

  it('is one for one Idempotency-Key, however often and from how many sides it is asked for', async () => {
    await fill(5);
    const request = { key: 'job-7', hash: 'a' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => lease({}, worker, request)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await refusal(lease({}, worker, { ...request, hash: 'b' }))).toBe('idempotency_key_reused');
    expect((await lease({}, other, request)).id).not.toBe(answers[0]?.id);
    await give(answers[0]?.id as AccountLeaseId);
    expect(await refusal(lease({}, worker, request))).toBe('lease_ended');
  });

  it.each([
    ['leased', [LEASE.any.any, LEASE.required.any, LEASE.any.named, LEASE.required.named]],
    ['renewed and released', [RENEW, RELEASE.one, RELEASE.many, REPEATED]],
  ])('is %s by rows that an index finds, when there are few of them as when there are many', async (_, statements) => {
    for (const statement of statements) {
      const plan = await planOf(statement);
      expect(plan).toContain('Index');
      expect(plan).not.toContain('Seq Scan');
    }
  });

  it('of a certain email is found by it in a group of some size', async () => {
    await fill(1000);
    await ground.database.query('ANALYZE accounts');
    expect(await planOf(LEASE.any.named)).toMatch(/accounts_group_email .*\n.*Index Cond: .*email_key = /);
  });

  it('is forgotten a day after it ran out', async () => {
    await fill(1);
    const { id } = await lease();
    await ground.database.query("UPDATE account_leases SET expires_at = now() - interval '25 hours' WHERE id = $1", [id]);
    await ground.leases.forget();
    expect(await ground.database.query('SELECT 1 FROM account_leases WHERE id = $1', [id])).toEqual([]);
  });
});

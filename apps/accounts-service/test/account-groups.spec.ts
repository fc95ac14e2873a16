import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import { type AccountGroupId, newId } from '@otterpost/contracts/ids';

import { callerOf, type Ground, standUp } from './ground.ts';

const ALL = callerOf();

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
}, 60_000);
afterAll(() => ground.stop());

const codeOf = (error: unknown): string | undefined => (error instanceof Failure ? error.code : undefined);

async function fill(groupId: AccountGroupId, count: number): Promise<void> {
  await ground.database.query(
    `INSERT INTO accounts (id, group_id, email, email_key, password)
     SELECT $1 || lpad(n::text, 8, '0'), $1, n || '@otters.example', n || '@otters.example', '\\x00' FROM generate_series(1, $2::int) n`,
    [groupId, count],
  );
}

describe('the schema of accounts', () => {
  it('is what the rows say: the schema builder has nothing left to do', async () => {
    const { upQueries } = await ground.database.dataSource.driver.createSchemaBuilder().log();
    const ours = upQueries.map(({ query }) => query).filter((query) => !/DROP INDEX/.test(query));
    expect(ours).toEqual([]);
  });
});

describe('an account group', () => {
  it('is one for its name and site', async () => {
    const made = await ground.groups.create({ name: 'Main', site: 'nike' });
    expect(made).toMatchObject({ name: 'Main', site: 'nike', accounts: 0, sessions: 0 });
    expect(codeOf(await ground.groups.create({ name: 'Main', site: 'nike' }).catch((error: unknown) => error))).toBe(
      'account_group_exists',
    );
    await ground.groups.create({ name: 'Main', site: 'adidas' });
  });

  it('is not there for a key that is limited to other sites or groups', async () => {
    const { id } = await ground.groups.create({ name: 'Hidden', site: 'hidden.example' });
    const elsewhere = callerOf({ sites: ['nike'] });
    const otherGroup = callerOf({ groupIds: [newId('accountGroup')] });
    for (const sight of [elsewhere, otherGroup]) {
      expect(await ground.groups.find(sight, id)).toBeUndefined();
      expect(await ground.groups.change(sight, id, { name: 'Taken' })).toBeUndefined();
      expect(await ground.groups.delete(sight, id)).toBe(false);
      const { items } = await ground.groups.list(sight, { limit: 500 });
      expect(items.some((group) => group.id === id)).toBe(false);
    }
    expect(await ground.groups.find(ALL, id)).toMatchObject({ name: 'Hidden' });
  });

  it('knows how many accounts and sessions it has, whatever came and went, also after folding', async () => {
    const [one, other] = await Promise.all([
      ground.groups.create({ name: 'One', site: 'count.example' }),
      ground.groups.create({ name: 'Other', site: 'count.example' }),
    ]);
    await fill(one.id, 100);
    await ground.database.query('UPDATE accounts SET session_saved_at = now() WHERE group_id = $1 AND email_key < $2', [
      one.id,
      '2',
    ]);
    await ground.database.query('UPDATE accounts SET group_id = $2 WHERE group_id = $1 AND email_key >= $3', [
      one.id,
      other.id,
      '9',
    ]);
    await ground.database.query('DELETE FROM accounts WHERE group_id = $1 AND email_key < $2', [one.id, '11']);
    const counted = await ground.database.query(
      `SELECT group_id, count(*)::int AS accounts, count(session_saved_at)::int AS sessions FROM accounts
       WHERE group_id = ANY($1) GROUP BY group_id ORDER BY group_id`,
      [[one.id, other.id].sort()],
    );
    const told = async () => {
      const groups = await Promise.all([one.id, other.id].sort().map((id) => ground.groups.find(ALL, id)));
      return groups.map((group) => ({ group_id: group?.id, accounts: group?.accounts, sessions: group?.sessions }));
    };
    expect(await told()).toEqual(counted);
    await Promise.all([ground.groups.purge(), ground.groups.purge(), ground.groups.purge()]);
    expect(await told()).toEqual(counted);
  });

  it('is gone at once when it is deleted, its name is free, and its accounts are cleared away', async () => {
    const { id } = await ground.groups.create({ name: 'Gone', site: 'gone.example' });
    await fill(id, 10);
    expect(await ground.groups.delete(ALL, id)).toBe(true);
    expect(await ground.groups.find(ALL, id)).toBeUndefined();
    expect(await ground.database.query('SELECT actor, action FROM audit_lines WHERE target = $1', [id])).toEqual([
      { actor: ALL.keyId, action: 'account_group.deleted' },
    ]);
    await ground.groups.create({ name: 'Gone', site: 'gone.example' });
    await ground.groups.purge();
    expect(await ground.database.query('SELECT 1 FROM accounts WHERE group_id = $1', [id])).toEqual([]);
  });
});

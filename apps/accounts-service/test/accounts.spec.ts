import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT_PROXY_COLUMN, PASSWORD_COLUMN } from '@otterpost/contracts/account-requests';
import type { AccountQuery } from '@otterpost/contracts/accounts';
import { Failure } from '@otterpost/contracts/failure';
import { type AccountGroupId, type AccountId, newId } from '@otterpost/contracts/ids';
import { columnAad, open } from '@otterpost/sealing/seal';
import { findSecrets, secret } from '@otterpost/testkit/canary';

import { callerOf, type Ground, ring, standUp } from './ground.ts';

const ALL = callerOf();
const codeOf = (error: unknown): string | undefined => (error instanceof Failure ? error.code : undefined);

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
}, 60_000);
afterAll(() => ground.stop());

let made = 0;
async function newGroup(site = 'nike'): Promise<AccountGroupId> {
  return (await ground.groups.create({ name: `group ${++made}`, site })).id;
}

const add = (groupId: AccountGroupId, ...entries: unknown[]) =>
  ground.desk.add(ALL, groupId, { kind: 'entries', first: 1, entries });
const addLines = (groupId: AccountGroupId, lines: string[], exact = false) =>
  ground.desk.add(ALL, groupId, { kind: 'lines', first: 1, exact, lines });

async function emails(groupId: AccountGroupId, query: Partial<AccountQuery> = {}): Promise<string[]> {
  const page = await ground.accounts.list(ALL, groupId, { limit: 500, ...query });
  return page?.items.map(({ email }) => email) ?? [];
}

async function idOf(groupId: AccountGroupId, email: string): Promise<AccountId> {
  const page = await ground.accounts.list(ALL, groupId, { limit: 500 });
  const found = page?.items.find((account) => account.email === email);
  if (found === undefined) throw new Error(`no ${email}`);
  return found.id;
}

async function passwordOf(id: AccountId): Promise<string> {
  const secrets = await ground.accounts.reveal(ALL, id);
  const sealed = Buffer.from(secrets?.password ?? '', 'base64');
  return open(ring, sealed, columnAad(PASSWORD_COLUMN.table, id, PASSWORD_COLUMN.column)).toString();
}

describe('accounts of a group', () => {
  it('are taken from lines and entries; each bad one is told by its number, masked, and stops no other', async () => {
    const group = await newGroup();
    const outcome = await addLines(group, [
      `ada@otters.example:${secret('holt')}`,
      '# a note',
      '',
      'no email',
      `bea@otters.example:${secret('weir')}:what`,
    ]);
    expect(outcome).toEqual({
      created: 1,
      updated: 0,
      rejected: [
        expect.objectContaining({ line: 4, code: 'email_invalid', text: '***' }),
        expect.objectContaining({ line: 5, code: 'proxy_invalid', text: 'bea@otters.example:***' }),
      ],
    });
    expect(
      await add(
        group,
        { email: 'cleo@otters.example', password: secret('otter'), proxy: `192.0.2.1:8080:user:${secret('proxy')}` },
        { email: 'dora@otters.example' },
        { email: 'a\0b@otters.example', password: secret('x') },
        { email: 'eve@otters.example', password: 'x\0y' },
        { email: 'fay@otters.example', password: secret('x'), note: 'x' },
        'text',
      ),
    ).toEqual({
      created: 1,
      updated: 0,
      rejected: [
        expect.objectContaining({ line: 2, code: 'password_missing', text: 'dora@otters.example:***' }),
        expect.objectContaining({ line: 3, code: 'email_invalid', text: '***' }),
        expect.objectContaining({ line: 4, code: 'password_invalid', text: 'eve@otters.example:***' }),
        expect.objectContaining({ line: 5, code: 'field_unknown' }),
        expect.objectContaining({ line: 6, code: 'entry_invalid', text: '***' }),
      ],
    });
    expect(await emails(group)).toEqual(['ada@otters.example', 'cleo@otters.example']);
  });

  it('have each email once, without case: the same again updates the first', async () => {
    const group = await newGroup();
    await add(group, { email: 'Ada@Otters.example', password: secret('one') });
    const id = await idOf(group, 'Ada@Otters.example');
    expect(
      await add(
        group,
        { email: 'ADA@otters.example', password: secret('two') },
        { email: 'ada@OTTERS.example', password: secret('three') },
      ),
    ).toEqual({ created: 0, updated: 2, rejected: [] });
    expect(await emails(group)).toEqual(['ada@OTTERS.example']);
    expect(await passwordOf(id)).toBe(secret('three'));
    expect(await ground.groups.find(ALL, group)).toMatchObject({ accounts: 1 });
  });

  it('that many add at the same time are each there once', async () => {
    const group = await newGroup();
    const entries = Array.from({ length: 50 }, (_, at) => ({ email: `otter${at}@otters.example`, password: secret('holt') }));
    const outcomes = await Promise.all([0, 1, 2, 3].map(() => add(group, ...entries)));
    expect(outcomes.reduce((sum, { created }) => sum + created, 0)).toBe(50);
    expect(outcomes.reduce((sum, { updated }) => sum + updated, 0)).toBe(150);
    expect(await ground.groups.find(ALL, group)).toMatchObject({ accounts: 50 });
    const ids = (await ground.accounts.list(ALL, group, { limit: 500 }))?.items.map(({ id }) => id) ?? [];
    expect(await Promise.all(ids.map(passwordOf))).toEqual(ids.map(() => secret('holt')));
  });

  it('come page after page by email, each once, also while some come and go', async () => {
    const group = await newGroup();
    await add(
      group,
      ...Array.from({ length: 25 }, (_, at) => ({ email: `${String(at).padStart(2, '0')}@x.example`, password: secret('p') })),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ground.accounts.list(ALL, group, { limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...(page?.items.map(({ email }) => email) ?? []));
      cursor = page?.nextCursor ?? undefined;
      if (seen.length === 10) {
        await ground.accounts.delete(ALL, await idOf(group, '09@x.example'));
        await add(group, { email: '00a@x.example', password: secret('p') });
      }
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => `${String(at).padStart(2, '0')}@x.example`));
    const refused = await ground.accounts.list(ALL, group, { limit: 10, cursor: '§' }).catch((error: unknown) => error);
    expect(codeOf(refused)).toBe('invalid_request');
  });

  it('are found by a part of the email, without case and without wildcards, and by their session', async () => {
    const group = await newGroup();
    await add(
      group,
      { email: 'Ada.Lovelace@x.example', password: secret('p') },
      { email: 'bea_%@x.example', password: secret('p') },
    );
    await ground.sessions.save(
      { caller: ALL, id: await idOf(group, 'bea_%@x.example') },
      '{}',
      { bytes: 2, expiresAt: null },
      {},
    );
    expect(await emails(group, { q: 'LOVE' })).toEqual(['Ada.Lovelace@x.example']);
    expect(await emails(group, { q: '%' })).toEqual(['bea_%@x.example']);
    expect(await emails(group, { session: 'saved' })).toEqual(['bea_%@x.example']);
    expect(await emails(group, { session: 'none' })).toEqual(['Ada.Lovelace@x.example']);
  });
});

describe('an account', () => {
  it('is listed without a secret, its proxy masked, and its secrets lie sealed for their row and column', async () => {
    const group = await newGroup();
    await add(group, {
      email: 'ada@x.example',
      password: secret('one'),
      proxy: `socks5://user:${secret('proxy')}@proxy.example:1080`,
    });
    const id = await idOf(group, 'ada@x.example');
    const shown = await ground.accounts.find(ALL, id);
    expect(shown).toMatchObject({ proxy: 'socks5://user:***@proxy.example:1080', session: { status: 'none' }, lease: null });
    expect(findSecrets(Buffer.from(JSON.stringify(shown)))).toEqual([]);
    const [row] = await ground.database.query<{ text: string; proxy: Buffer }>(
      'SELECT a::text AS text, proxy FROM accounts a WHERE id = $1',
      [id],
    );
    expect(findSecrets(Buffer.from(row?.text ?? ''))).toEqual([]);
    const aad = columnAad(ACCOUNT_PROXY_COLUMN.table, id, ACCOUNT_PROXY_COLUMN.column);
    expect(open(ring, row?.proxy ?? Buffer.alloc(0), aad).toString()).toBe(`socks5://user:${secret('proxy')}@proxy.example:1080`);
  });

  it('whose secret was copied from another account, or lies in clear, is not opened', async () => {
    const group = await newGroup();
    await add(group, { email: 'ada@x.example', password: secret('one') }, { email: 'bea@x.example', password: secret('two') });
    const [ada, bea] = [await idOf(group, 'ada@x.example'), await idOf(group, 'bea@x.example')];
    await ground.database.query('UPDATE accounts SET password = (SELECT password FROM accounts WHERE id = $2) WHERE id = $1', [
      ada,
      bea,
    ]);
    expect(codeOf(await passwordOf(ada).catch((error: unknown) => error))).toBe('unsealing_failed');
    await ground.database.query("UPDATE accounts SET password = 'clear' WHERE id = $1", [ada]);
    expect(codeOf(await passwordOf(ada).catch((error: unknown) => error))).toBe('unsealing_failed');
  });

  it('is revealed only with its line in the audit', async () => {
    const group = await newGroup();
    await add(group, { email: 'ada@x.example', password: secret('one') });
    const id = await idOf(group, 'ada@x.example');
    await ground.accounts.reveal(ALL, id);
    expect(await ground.database.query('SELECT actor, action, address FROM audit_lines WHERE target = $1', [id])).toEqual([
      { actor: ALL.keyId, action: 'account.revealed', address: ALL.address },
    ]);
    await ground.database.query('ALTER TABLE audit_lines RENAME TO audit_lines_away');
    try {
      await expect(ground.accounts.reveal(ALL, id)).rejects.toThrow();
      await expect(ground.leases.lease(ALL, group, { leaseFor: 60, session: 'any', exclude: [] }, null)).rejects.toThrow();
    } finally {
      await ground.database.query('ALTER TABLE audit_lines_away RENAME TO audit_lines');
    }
    expect(await ground.accounts.find(ALL, id)).toMatchObject({ lease: null });
  });

  it('changes and moves with all that it has, unless its email is taken there', async () => {
    const [from, to] = [await newGroup(), await newGroup('adidas')];
    await add(from, { email: 'ada@x.example', password: secret('one'), proxy: 'proxy.example:80' });
    await add(to, { email: 'bea@x.example', password: secret('two') });
    const id = await idOf(from, 'ada@x.example');
    await ground.sessions.save({ caller: ALL, id }, '{}', { bytes: 2, expiresAt: null }, {});
    const refused = await ground.desk
      .change(ALL, id, { groupId: to, email: 'BEA@x.example' }, {})
      .catch((error: unknown) => error);
    expect(codeOf(refused)).toBe('account_exists');
    expect(await ground.desk.change(ALL, id, { groupId: to }, { password: secret('new'), proxy: null })).toMatchObject({
      groupId: to,
      proxy: null,
      session: { status: 'saved' },
    });
    expect(await passwordOf(id)).toBe(secret('new'));
    expect(await ground.groups.find(ALL, from)).toMatchObject({ accounts: 0, sessions: 0 });
    expect(await ground.groups.find(ALL, to)).toMatchObject({ accounts: 2, sessions: 1 });
    const invalid = await ground.desk.change(ALL, id, {}, { proxy: 'no proxy' }).catch((error: unknown) => error);
    expect(codeOf(invalid)).toBe('invalid_request');
  });

  it('is not there for a key of other sites or groups, whatever it tries', async () => {
    const group = await newGroup('hidden.example');
    await add(group, { email: 'ada@x.example', password: secret('one') });
    const id = await idOf(group, 'ada@x.example');
    for (const other of [callerOf({ sites: ['other.example'] }), callerOf({ groupIds: [await newGroup()] })]) {
      expect(await ground.accounts.list(other, group, { limit: 10 })).toBeUndefined();
      expect(await ground.accounts.find(other, id)).toBeUndefined();
      expect(await ground.accounts.reveal(other, id)).toBeUndefined();
      expect(await ground.accounts.delete(other, id)).toBe(false);
      const wish = { leaseFor: 60, session: 'any' as const, exclude: [] };
      const tries = [
        ground.desk.change(other, id, {}, { password: secret('taken') }),
        ground.desk.add(other, group, { kind: 'lines', first: 1, exact: false, lines: [`x@x.example:${secret('y')}`] }),
        ground.sessions.load({ caller: other, id }),
        ground.sessions.save({ caller: other, id }, '{}', { bytes: 2, expiresAt: null }, {}),
        ground.sessions.clear({ caller: other, id }, {}),
        ground.leases.lease(other, group, wish, null),
      ];
      expect((await Promise.allSettled(tries)).map((one) => one.status === 'rejected' && codeOf(one.reason))).toEqual(
        tries.map(() => 'not_found'),
      );
      expect(await ground.sessions.clearSome(other, null)).toMatchObject({ cleared: 0 });
    }
    const mine = await newGroup('nike');
    await add(mine, { email: 'bea@x.example', password: secret('one') });
    const moved = ground.desk.change(callerOf({ sites: ['nike'] }), await idOf(mine, 'bea@x.example'), { groupId: group }, {});
    expect(codeOf(await moved.catch((error: unknown) => error))).toBe('group_not_allowed');
    expect(await passwordOf(id)).toBe(secret('one'));
  });

  it('of no group is not added', async () => {
    expect(
      codeOf(await add(newId('accountGroup'), { email: 'a@b.c', password: secret('x') }).catch((error: unknown) => error)),
    ).toBe('not_found');
  });
});

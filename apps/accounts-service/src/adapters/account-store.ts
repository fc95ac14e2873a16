import { ACCOUNT_PROXY_COLUMN, PASSWORD_COLUMN } from '@otterpost/contracts/account-requests';
import type { Account, AccountQuery } from '@otterpost/contracts/accounts';
import { Failure } from '@otterpost/contracts/failure';
import { type AccountGroupId, type AccountId, newId } from '@otterpost/contracts/ids';
import type { Database, Queryable } from '@otterpost/postgres/database';
import { isUniqueViolation } from '@otterpost/postgres/sqlstate';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, seal } from '@otterpost/sealing/seal';

import { noSuchGroup, type Sight } from '../core/account-groups.ts';
import type { AccountEntry } from '../core/account-line.ts';
import type { AccountStore } from '../core/accounts.ts';
import { emailKey } from '../core/email-key.ts';
import { LIVE_LEASE, SEEN_GROUP, SHOWN_ACCOUNT, type ShownAccount, toAccount } from './account-view.ts';
import { writeAuditLine } from './audit-trail.ts';
import { maskProxy } from './mask-proxy.ts';

const SELECT = `
  SELECT ${SHOWN_ACCOUNT} FROM accounts a LEFT JOIN account_leases l ON ${LIVE_LEASE}`;

/** One text for each filter, so that each is planned on the index that fits it. */
const LIST_BY_SESSION = {
  all: '',
  saved: 'AND a.session_saved_at IS NOT NULL',
  none: 'AND a.session_saved_at IS NULL',
} as const satisfies Record<NonNullable<AccountQuery['session']> | 'all', string>;

const list = (filter: string): string => `
  ${SELECT}
  WHERE a.group_id = $1 AND a.email_key > $2 ${filter} AND ($3::text IS NULL OR strpos(a.email_key, $3) > 0)
  ORDER BY a.email_key LIMIT $4`;

const FIND = `
  ${SELECT} JOIN account_groups g ON g.id = a.group_id
  WHERE ${SEEN_GROUP} AND a.id = $3`;

/** An id that somebody else has given to the email meanwhile is not taken over: secrets are sealed for one row. */
const ADD = `
  INSERT INTO accounts AS a (id, group_id, email, email_key, password, proxy, proxy_shown)
  SELECT id, $1, email, email_key, password, proxy, proxy_shown
  FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::text[])
    AS given (id, email, email_key, password, proxy, proxy_shown)
  ON CONFLICT (group_id, email_key) DO UPDATE SET
    email = EXCLUDED.email, password = EXCLUDED.password, proxy = EXCLUDED.proxy, proxy_shown = EXCLUDED.proxy_shown,
    free_at = CASE WHEN a.outcome = 'bad_credentials' THEN now() ELSE a.free_at END,
    outcome = NULLIF(a.outcome, 'bad_credentials'), import_id = NULL
  WHERE a.id = EXCLUDED.id
  RETURNING (xmax = 0) AS created`;

/** New credentials are worth another try; a person's \`ok\` also ends a block and a cooldown, but no lease. */
const CHANGE = `
  UPDATE accounts a SET import_id = NULL,
    email = COALESCE($4, a.email), email_key = COALESCE($5, a.email_key), group_id = COALESCE($6, a.group_id),
    password = COALESCE($7, a.password),
    proxy = CASE WHEN $8 THEN $9 ELSE a.proxy END, proxy_shown = CASE WHEN $8 THEN $10 ELSE a.proxy_shown END,
    free_at = CASE
      WHEN $7::bytea IS NOT NULL AND a.outcome = 'bad_credentials' THEN now()
      WHEN $11 AND NOT EXISTS (SELECT FROM account_leases l WHERE ${LIVE_LEASE}) THEN LEAST(a.free_at, now())
      ELSE a.free_at END,
    outcome = CASE
      WHEN $11 THEN 'ok'
      WHEN $7::bytea IS NOT NULL THEN NULLIF(a.outcome, 'bad_credentials')
      ELSE a.outcome END
  FROM account_groups g
  WHERE g.id = a.group_id AND ${SEEN_GROUP} AND a.id = $3`;

/** Tries of an addition that meets another one's: each is a whole transaction. */
const ATTEMPTS = 5;

export function createAccountStore(database: Database, ring: KeyRing): AccountStore {
  async function find({ sites, groupIds }: Sight, id: AccountId): Promise<Account | undefined> {
    const [row] = await database.query<ShownAccount & Record<string, unknown>>(FIND, [sites, groupIds, id]);
    return row === undefined ? undefined : toAccount(row);
  }

  return {
    find,

    async list({ sites, groupIds }, groupId, { limit, cursor, q, session }) {
      if (!(await isSeen(database, { sites, groupIds }, groupId))) return undefined;
      const after = cursor === undefined ? '' : fromCursor(cursor);
      const rows = await database.query<ShownAccount & Record<string, unknown>>(list(LIST_BY_SESSION[session ?? 'all']), [
        groupId,
        after,
        q === undefined ? null : emailKey(q),
        limit + 1,
      ]);
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return { items: items.map(toAccount), nextCursor: rows.length > limit && last ? toCursor(last.email_key) : null };
    },

    async add(sight, groupId, entries) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        try {
          return await database.transaction((tx) => addOnce(tx, ring, sight, groupId, entries));
        } catch (error) {
          if (!(error instanceof AddedByAnother)) throw error;
        }
      }
      throw new Failure('database_unavailable', { detail: 'The same accounts are being added by others: try again' });
    },

    async change(sight, id, change, { password, proxy }) {
      const sealed = (secret: string, place: { table: string; column: string }): Buffer =>
        seal(ring, secret, columnAad(place.table, id, place.column));
      try {
        await database.transaction(async (tx) => {
          if (change.groupId !== undefined) await lockGroup(tx, sight, change.groupId, refuseGroup);
          await tx.query(CHANGE, [
            sight.sites,
            sight.groupIds,
            id,
            change.email ?? null,
            change.email === undefined ? null : emailKey(change.email),
            change.groupId ?? null,
            password === undefined ? null : sealed(password, PASSWORD_COLUMN),
            proxy !== undefined,
            proxy === undefined || proxy === null ? null : sealed(proxy, ACCOUNT_PROXY_COLUMN),
            proxy === undefined || proxy === null ? null : maskProxy(proxy),
            change.outcome === 'ok',
          ]);
        });
      } catch (error) {
        if (!isUniqueViolation(error, 'accounts_group_email')) throw error;
        throw new Failure('account_exists', {
          detail: 'The group has an account with that email: change or delete that one',
          cause: error,
        });
      }
      return find(sight, id);
    },

    async delete(caller, id) {
      return database.transaction(async (tx) => {
        const gone = await tx.query(
          `DELETE FROM accounts a USING account_groups g WHERE g.id = a.group_id AND ${SEEN_GROUP} AND a.id = $3 RETURNING a.id`,
          [caller.sites, caller.groupIds, id],
        );
        if (gone.length === 0) return false;
        await writeAuditLine(tx, caller, { action: 'account.deleted', target: id });
        return true;
      });
    },

    async reveal(caller, id) {
      return database.transaction(async (tx) => {
        const [row] = await tx.query<{ password: Buffer; proxy: Buffer | null }>(
          `SELECT a.password, a.proxy FROM accounts a JOIN account_groups g ON g.id = a.group_id WHERE ${SEEN_GROUP} AND a.id = $3`,
          [caller.sites, caller.groupIds, id],
        );
        if (row === undefined) return undefined;
        await writeAuditLine(tx, caller, { action: 'account.revealed', target: id });
        return { password: row.password.toString('base64'), proxy: row.proxy?.toString('base64') ?? null };
      });
    },
  };
}

/** Somebody else added one of the emails since it was looked for. */
class AddedByAnother extends Error {}

async function addOnce(
  tx: Queryable,
  ring: KeyRing,
  sight: Sight,
  groupId: AccountGroupId,
  entries: readonly AccountEntry[],
): Promise<{ created: number; updated: number }> {
  await lockGroup(tx, sight, groupId, noSuchGroup);
  const keys = entries.map(({ email }) => emailKey(email));
  const known = await tx.query<{ id: string; email_key: string }>(
    'SELECT id, email_key FROM accounts WHERE group_id = $1 AND email_key = ANY($2) ORDER BY email_key FOR UPDATE',
    [groupId, keys],
  );
  const ids = new Map(known.map(({ id, email_key }) => [email_key, id]));
  const rows = entries.map(({ password, proxy }, at) => {
    const id = ids.get(keys[at] ?? '') ?? newId('account');
    return {
      id,
      password: seal(ring, password, columnAad(PASSWORD_COLUMN.table, id, PASSWORD_COLUMN.column)),
      proxy: proxy === null ? null : seal(ring, proxy, columnAad(ACCOUNT_PROXY_COLUMN.table, id, ACCOUNT_PROXY_COLUMN.column)),
      shown: proxy === null ? null : maskProxy(proxy),
    };
  });
  const added = await tx.query<{ created: boolean }>(ADD, [
    groupId,
    rows.map(({ id }) => id),
    entries.map(({ email }) => email),
    keys,
    rows.map(({ password }) => password),
    rows.map(({ proxy }) => proxy),
    rows.map(({ shown }) => shown),
  ]);
  if (added.length < entries.length) throw new AddedByAnother();
  const created = added.filter((row) => row.created).length;
  return { created, updated: added.length - created };
}

/** The group stays while the transaction lasts. */
async function lockGroup(
  tx: Queryable,
  { sites, groupIds }: Sight,
  id: AccountGroupId,
  refuse: (id: string) => Failure,
): Promise<void> {
  const [row] = await tx.query(`SELECT g.id FROM account_groups g WHERE ${SEEN_GROUP} AND g.id = $3 FOR SHARE`, [
    sites,
    groupIds,
    id,
  ]);
  if (row === undefined) throw refuse(id);
}

async function isSeen(on: Queryable, { sites, groupIds }: Sight, id: AccountGroupId): Promise<boolean> {
  const rows = await on.query(`SELECT 1 FROM account_groups g WHERE ${SEEN_GROUP} AND g.id = $3`, [sites, groupIds, id]);
  return rows.length === 1;
}

function refuseGroup(id: string): Failure {
  return new Failure('group_not_allowed', { detail: `There is no group ${id} that this key may move an account to` });
}

function toCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function fromCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (toCursor(key) === cursor && !key.includes('\0')) return key;
  throw new Failure('invalid_request', {
    errors: [{ path: 'cursor', message: 'must be the nextCursor of a page of this list' }],
  });
}

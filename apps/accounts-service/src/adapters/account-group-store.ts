import type { AccountGroup } from '@otterpost/contracts/accounts';
import { Failure } from '@otterpost/contracts/failure';
import { type AccountGroupId, newId } from '@otterpost/contracts/ids';
import type { Database } from '@otterpost/postgres/database';
import { isUniqueViolation } from '@otterpost/postgres/sqlstate';

import { type AccountGroups, noSuchGroup, type Sight } from '../core/account-groups.ts';
import { SEEN_GROUP } from './account-view.ts';
import { writeAuditLine } from './audit-trail.ts';

/** Accounts of deleted groups that are cleared away at a time: far below a statement's time limit. */
const PURGED_AT_ONCE = 5000;
/** Groups whose counts are folded at a time. */
const FOLDED_AT_ONCE = 100;

/** Whoever may make a group may see it. */
const ALL: Sight = { sites: null, groupIds: null };

const SELECT = `
  SELECT g.id, g.name, g.site, g.created_at, c.accounts, c.sessions
  FROM account_groups g,
    LATERAL (SELECT COALESCE(sum(accounts), 0) AS accounts, COALESCE(sum(sessions), 0) AS sessions
             FROM account_counts WHERE group_id = g.id) c
  WHERE ${SEEN_GROUP}`;

const PURGE = `
  DELETE FROM accounts WHERE id IN (
    SELECT a.id FROM account_groups g JOIN accounts a ON a.group_id = g.id
    WHERE g.deleted_at IS NOT NULL LIMIT $1 FOR UPDATE OF a SKIP LOCKED)
  RETURNING 1`;

/** Who added accounts while the group was being deleted has long committed by then. */
const FORGET = `
  WITH empty AS (
    DELETE FROM account_groups g
    WHERE deleted_at < now() - interval '1 minute' AND NOT EXISTS (SELECT FROM accounts WHERE group_id = g.id)
    RETURNING id)
  DELETE FROM account_counts WHERE group_id IN (SELECT id FROM empty)`;

/** Each change is taken by one statement only, of whatever replica, and comes back in its sum. */
const FOLD = `
  WITH folded AS (
    DELETE FROM account_counts
    WHERE group_id IN (SELECT group_id FROM account_counts GROUP BY group_id HAVING count(*) > 1 LIMIT $1)
    RETURNING group_id, accounts, sessions)
  INSERT INTO account_counts SELECT group_id, sum(accounts), sum(sessions) FROM folded GROUP BY group_id`;

interface SeenGroup {
  readonly id: string;
  readonly name: string;
  readonly site: string;
  readonly created_at: Date;
  readonly accounts: string;
  readonly sessions: string;
}

export function createAccountGroupStore(database: Database): AccountGroups {
  async function find({ sites, groupIds }: Sight, id: AccountGroupId): Promise<AccountGroup | undefined> {
    const [row] = await database.query<SeenGroup & Record<string, unknown>>(`${SELECT} AND g.id = $3`, [sites, groupIds, id]);
    return row === undefined ? undefined : toAccountGroup(row);
  }

  return {
    find,

    async create({ name, site }, id = newId('accountGroup')) {
      await database
        .query('INSERT INTO account_groups (id, name, site) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING', [id, name, site])
        .catch(refuseDouble);
      const made = await find(ALL, id);
      if (made === undefined) throw noSuchGroup(id);
      return made;
    },

    async list({ sites, groupIds }, { limit, cursor, site, q }) {
      const rows = await database.query<SeenGroup & Record<string, unknown>>(
        `${SELECT} AND g.id > $3 AND ($4::text IS NULL OR g.site = $4) AND ($5::text IS NULL OR strpos(lower(g.name), lower($5)) > 0)
         ORDER BY g.id LIMIT $6`,
        [sites, groupIds, cursor ?? '', site ?? null, q ?? null, limit + 1],
      );
      const items = rows.slice(0, limit).map(toAccountGroup);
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    async change(sight, id, { name, site }) {
      await database
        .query(
          `UPDATE account_groups g SET name = COALESCE($4, name), site = COALESCE($5, site) WHERE ${SEEN_GROUP} AND g.id = $3`,
          [sight.sites, sight.groupIds, id, name ?? null, site ?? null],
        )
        .catch(refuseDouble);
      return find(sight, id);
    },

    async delete(caller, id) {
      return database.transaction(async (tx) => {
        const gone = await tx.query(
          `UPDATE account_groups g SET deleted_at = now() WHERE ${SEEN_GROUP} AND g.id = $3 RETURNING g.id`,
          [caller.sites, caller.groupIds, id],
        );
        if (gone.length === 0) return false;
        await writeAuditLine(tx, caller, { action: 'account_group.deleted', target: id });
        return true;
      });
    },

    async purge() {
      while ((await database.query(PURGE, [PURGED_AT_ONCE])).length === PURGED_AT_ONCE);
      await database.query(FORGET);
      await database.query(FOLD, [FOLDED_AT_ONCE]);
    },
  };
}

function toAccountGroup(row: SeenGroup): AccountGroup {
  return {
    id: row.id as AccountGroupId,
    name: row.name,
    site: row.site,
    accounts: Number(row.accounts),
    sessions: Number(row.sessions),
    createdAt: row.created_at.toISOString(),
  };
}

function refuseDouble(error: unknown): never {
  if (!isUniqueViolation(error, 'account_groups_name_site')) throw error;
  throw new Failure('account_group_exists', {
    detail: 'A group of that name for that site is there already: use it, or take another name',
    cause: error,
  });
}

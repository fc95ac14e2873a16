import { Failure } from '@otterpost/contracts/failure';
import { type MailboxId, newId } from '@otterpost/contracts/ids';
import type { MailboxChange } from '@otterpost/contracts/mailboxes';
import type { Database } from '@otterpost/postgres/database';
import { isUniqueViolation } from '@otterpost/postgres/sqlstate';
import type { KeyRing } from '@otterpost/sealing/key-ring';

import { type MailboxStore, SILENT_AFTER_SECONDS } from '../core/mailboxes.ts';
import { type SeenRow, toColumns, toCondition, toMailbox } from './mailbox-row.ts';
import { MailboxRow } from './rows.ts';

/** What its watcher has to begin anew for; the rest concerns nobody who holds it. */
const FOR_ITS_WATCHER = [
  'host',
  'port',
  'security',
  'username',
  'auth',
  'folders',
  'authservId',
  'ca',
  'forwarders',
  'proxy',
] as const;
const AGAIN = { connection: 'connecting', status: 'connecting', statusDetail: null };

/** Whoever comes first marks what was told: no replica tells it again. */
const TAKE_CHANGES = `
  UPDATE mailboxes m SET told = shown.condition
  FROM (
    SELECT mailbox.id, CASE
      WHEN mailbox.paused THEN 'paused'
      WHEN COALESCE(ingestor.expires_at > now() - interval '${SILENT_AFTER_SECONDS} seconds', false)
        THEN concat_ws(' ', mailbox.connection, mailbox.status, mailbox.status_detail)
      ELSE 'silent' END AS condition
    FROM mailboxes mailbox LEFT JOIN ingestors ingestor ON ingestor.id = mailbox.owner
  ) shown
  WHERE m.id = shown.id AND m.told IS DISTINCT FROM shown.condition
  RETURNING m.id`;

export function createMailboxStore(database: Database, ring: KeyRing): MailboxStore {
  const repository = database.dataSource.getRepository(MailboxRow);

  async function see(where: string, parameters: object, limit: number): Promise<SeenRow[]> {
    const { entities, raw } = await repository
      .createQueryBuilder('mailbox')
      .leftJoin('ingestors', 'ingestor', 'ingestor.id = mailbox.owner')
      .addSelect(`COALESCE(ingestor.expires_at > now() - interval '${SILENT_AFTER_SECONDS} seconds', false)`, 'owner_alive')
      .where(where, parameters)
      .orderBy('mailbox.id')
      .limit(limit)
      .getRawAndEntities<{ owner_alive: boolean }>();
    return entities.map((row, at) => ({ ...row, ownerAlive: raw[at]?.owner_alive === true }));
  }

  return {
    async create(mailbox, id = newId('mailbox')) {
      const refusal = await repository.insert({ id, ...toColumns(id, mailbox, ring) }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const made = await this.find(id);
      if (made === undefined && refusal !== undefined) throw toExists(refusal);
      if (made === undefined) throw new Failure('not_found', { detail: 'The mailbox was deleted while it was being made' });
      return made;
    },

    async change(id, change) {
      const columns = toColumns(id, change, ring);
      const again = isForItsWatcher(change) ? { ...AGAIN, revision: () => 'revision + 1' } : {};
      try {
        await repository.update({ id }, { ...columns, ...again, id });
      } catch (error) {
        throw toExists(error);
      }
      return this.find(id);
    },

    async findAt(host, username) {
      const [row] = await database.query<{ id: string }>(
        'SELECT id FROM mailboxes WHERE lower(host) = lower($1) AND lower(username) = lower($2)',
        [host, username],
      );
      return row?.id as MailboxId | undefined;
    },

    async find(id) {
      const [row] = await see('mailbox.id = :id', { id }, 1);
      return row === undefined ? undefined : toMailbox(row);
    },

    async list({ limit, cursor }) {
      const rows = await see('mailbox.id > :cursor', { cursor: cursor ?? '' }, limit + 1);
      const items = rows.slice(0, limit);
      return { items: items.map(toMailbox), nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    async delete(id) {
      const { affected } = await repository.delete({ id });
      return affected === 1;
    },

    async conditionsOf(ids) {
      if (ids.length === 0) return [];
      const rows = await see('mailbox.id IN (:...ids)', { ids }, ids.length);
      return rows.map((row) => toCondition(row));
    },

    async takeChanges() {
      const changed = await database.query<{ id: string }>(TAKE_CHANGES);
      if (changed.length === 0) return [];
      const rows = await see('mailbox.id IN (:...ids)', { ids: changed.map(({ id }) => id) }, changed.length);
      return rows.map(toMailbox);
    },

    async report(reports) {
      await database.query(
        `UPDATE mailboxes m SET
           connection = r.connection, status = r.status, status_detail = r."statusDetail",
           proven_at = COALESCE(r."provenAt", m.proven_at), last_mail_at = COALESCE(r."lastMailAt", m.last_mail_at),
           server_clock_offset_ms = COALESCE(r."serverClockOffsetMs", m.server_clock_offset_ms),
           bytes_today = CASE WHEN m.bytes_on = (now() AT TIME ZONE 'UTC')::date THEN m.bytes_today ELSE 0 END + r."fetchedBytes",
           bytes_on = (now() AT TIME ZONE 'UTC')::date
         FROM jsonb_to_recordset($1) AS r("mailboxId" text, fence bigint, connection text, status text, "statusDetail" text,
           "provenAt" timestamptz, "lastMailAt" timestamptz, "fetchedBytes" bigint, "serverClockOffsetMs" double precision)
         WHERE m.id = r."mailboxId" AND m.fence = r.fence`,
        [JSON.stringify(reports)],
      );
    },
  };
}

function isForItsWatcher(change: MailboxChange): boolean {
  return FOR_ITS_WATCHER.some((field) => change[field] !== undefined);
}

function toExists(error: unknown): unknown {
  if (!isUniqueViolation((error as { driverError?: unknown }).driverError)) return error;
  return new Failure('mailbox_exists', {
    detail: 'That username at that host is watched already: change or delete that mailbox',
    cause: error,
  });
}

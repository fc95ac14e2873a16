import { Failure } from '@otterpost/contracts/failure';
import { type MailboxId, newId } from '@otterpost/contracts/ids';
import { providerAt } from '@otterpost/contracts/mail-providers';
import { CREDENTIAL_COLUMN, PROXY_COLUMN } from '@otterpost/contracts/mailbox-requests';
import type { Mailbox, MailboxCondition, NewMailbox } from '@otterpost/contracts/mailboxes';
import type { Database } from '@otterpost/postgres/database';
import { isUniqueViolation } from '@otterpost/postgres/sqlstate';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, seal } from '@otterpost/sealing/seal';

import { type MailboxStore, SILENT_AFTER_SECONDS } from '../core/mailboxes.ts';
import { MailboxRow } from './rows.ts';

/** A row, and whether its owner is alive by the database's clock. */
type SeenRow = MailboxRow & { ownerAlive: boolean };

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
    async create(mailbox) {
      const id = newId('mailbox');
      try {
        await repository.insert(toRow(id, mailbox, ring));
      } catch (error) {
        if (!isUniqueViolation((error as { driverError?: unknown }).driverError)) throw error;
        throw new Failure('mailbox_exists', {
          detail: `${mailbox.username} at ${mailbox.host} is watched already: change or delete that mailbox`,
        });
      }
      const made = await this.find(id);
      if (made === undefined) throw new Failure('not_found', { detail: 'The mailbox was deleted while it was being made' });
      return made;
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

function toRow(id: MailboxId, mailbox: NewMailbox, ring: KeyRing): Partial<MailboxRow> & { id: string } {
  const { auth, smtp, proxy } = mailbox;
  return {
    id,
    name: mailbox.name,
    host: mailbox.host.toLowerCase(),
    port: mailbox.port,
    security: mailbox.security,
    username: mailbox.username,
    authType: auth.type,
    credential: seal(ring, JSON.stringify(auth), columnAad(CREDENTIAL_COLUMN.table, id, CREDENTIAL_COLUMN.column)),
    folders: mailbox.folders ?? null,
    authservId: mailbox.authservId ?? null,
    ca: mailbox.ca ?? null,
    forwarders: mailbox.forwarders ?? [],
    proxy: proxy === undefined ? null : seal(ring, proxy, columnAad(PROXY_COLUMN.table, id, PROXY_COLUMN.column)),
    proxyShown: proxy === undefined ? null : maskProxy(proxy),
    smtp: smtp === undefined ? null : seal(ring, JSON.stringify(smtp), columnAad('mailboxes', id, 'smtp')),
    paused: mailbox.paused ?? false,
  };
}

function maskProxy(proxy: string): string {
  return proxy.replace(/:[^:@/]*@/, ':***@');
}

function toCondition(row: SeenRow): MailboxCondition {
  const silent = !row.ownerAlive && !row.paused;
  return {
    id: row.id as MailboxId,
    connection: row.paused || silent ? 'disconnected' : (row.connection as Mailbox['connection']),
    status: row.paused ? 'paused' : silent ? 'connecting' : (row.status as Mailbox['status']),
    provenAt: row.provenAt?.toISOString() ?? null,
  };
}

function toMailbox(row: SeenRow): Mailbox {
  const provider = providerAt(row.host, row.port);
  return {
    ...toCondition(row),
    name: row.name,
    host: row.host,
    port: row.port,
    security: row.security as Mailbox['security'],
    username: row.username,
    authType: row.authType as Mailbox['authType'],
    folders: row.folders ?? provider.folders,
    authservId: row.authservId ?? provider.authservId,
    forwarders: row.forwarders,
    proxy: row.proxyShown,
    paused: row.paused,
    statusDetail: row.statusDetail,
    lastMailAt: row.lastMailAt?.toISOString() ?? null,
    bytesToday: row.bytesOn === new Date().toISOString().slice(0, 10) ? Number(row.bytesToday) : 0,
    createdAt: row.createdAt.toISOString(),
  };
}

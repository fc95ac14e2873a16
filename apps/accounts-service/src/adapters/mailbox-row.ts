import type { MailboxId } from '@otterpost/contracts/ids';
import { providerAt } from '@otterpost/contracts/mail-providers';
import { CREDENTIAL_COLUMN, PROXY_COLUMN, SMTP_COLUMN } from '@otterpost/contracts/mailbox-requests';
import type { Mailbox, MailboxChange, MailboxCondition } from '@otterpost/contracts/mailboxes';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, seal } from '@otterpost/sealing/seal';

import { maskProxy } from './mask-proxy.ts';
import type { MailboxRow } from './rows.ts';

/** A row, and whether its owner is alive by the database's clock. */
export type SeenRow = MailboxRow & { ownerAlive: boolean };

/** The columns that are set by what is given: secrets sealed for their place, null where they are taken away. */
export function toColumns(id: MailboxId, mailbox: MailboxChange, ring: KeyRing): Partial<MailboxRow> {
  const { auth, smtp, proxy, host, forwarders, ...plain } = mailbox;
  const sealed = (secret: string, { table, column }: { table: string; column: string }): Buffer =>
    seal(ring, secret, columnAad(table, id, column));
  const columns: Partial<MailboxRow> = { ...plain };
  if (host !== undefined) columns.host = host.toLowerCase();
  if (forwarders !== undefined) columns.forwarders = forwarders ?? [];
  if (auth !== undefined) {
    columns.authType = auth.type;
    columns.credential = sealed(JSON.stringify(auth), CREDENTIAL_COLUMN);
    Object.assign(columns, { accessToken: null, accessTokenExpiresAt: null, accessTokenRenewAt: null });
  }
  if (proxy !== undefined) {
    columns.proxy = proxy === null ? null : sealed(proxy, PROXY_COLUMN);
    columns.proxyShown = proxy === null ? null : maskProxy(proxy);
  }
  if (smtp !== undefined) columns.smtp = smtp === null ? null : sealed(JSON.stringify(smtp), SMTP_COLUMN);
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

export function toCondition(row: SeenRow): MailboxCondition {
  const silent = !row.ownerAlive && !row.paused;
  return {
    id: row.id as MailboxId,
    connection: row.paused || silent ? 'disconnected' : (row.connection as Mailbox['connection']),
    status: row.paused ? 'paused' : silent ? 'connecting' : (row.status as Mailbox['status']),
    provenAt: row.provenAt?.toISOString() ?? null,
  };
}

export function toMailbox(row: SeenRow): Mailbox {
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

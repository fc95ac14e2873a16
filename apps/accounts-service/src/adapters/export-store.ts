import { ACCOUNT_PROXY_COLUMN, PASSWORD_COLUMN, SESSION_COLUMN } from '@otterpost/contracts/account-requests';
import type { Caller } from '@otterpost/contracts/caller';
import type { Database, Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open } from '@otterpost/sealing/seal';

import type { FiledAccount } from '../core/account-file.ts';
import { noSuchGroup } from '../core/account-groups.ts';
import { EXPORT_START, type ExportPlace, type Exports, type ExportWish, ExportWriter } from '../core/exports.ts';
import { SEEN_GROUP } from './account-view.ts';
import { writeAuditLine } from './audit-trail.ts';
import { digest } from './read-import.ts';

const ACCOUNTS_AT_ONCE = 1000;
/** A part fits a message of the bus, whatever its sessions: one may have 1 MiB, and twice that once it is escaped. */
const SESSION_BYTES_AT_ONCE = 512 * 1024;

const NEXT_GROUP = `
  SELECT g.id, g.name, g.site FROM account_groups g
  WHERE ${SEEN_GROUP} AND ($3::text[] IS NULL OR g.id = ANY($3)) AND (g.id > $4 OR g.id = $4 AND $5) ORDER BY g.id LIMIT 1`;
const ACCOUNTS = `
  WITH page AS (
    SELECT id, email, email_key, password, proxy, session_bytes, session FROM accounts
    WHERE group_id = $1 AND email_key > $2 ORDER BY email_key LIMIT $3),
  sized AS (SELECT page.*, sum(COALESCE(session_bytes, 0)) OVER (ORDER BY email_key) AS so_far, row_number() OVER (ORDER BY email_key) AS place FROM page)
  SELECT id, email, email_key, password, proxy, CASE WHEN $5 THEN session END AS session FROM sized
  WHERE NOT $5 OR so_far <= $4 OR place = 1 ORDER BY email_key`;

interface StoredAccount {
  readonly id: string;
  readonly email: string;
  readonly email_key: string;
  readonly password: Buffer;
  readonly proxy: Buffer | null;
  readonly session: Buffer | null;
}

export function createExports(database: Database, ring: KeyRing): Exports {
  return {
    part: (caller, wish, from) => database.transaction((tx) => writePart(tx, ring, caller, wish, from)),
  };
}

async function writePart(
  tx: Queryable,
  ring: KeyRing,
  caller: Caller,
  wish: ExportWish,
  from: string | null,
): Promise<{ text: string; next: string | null }> {
  const place = from === null ? EXPORT_START : (JSON.parse(from) as ExportPlace);
  const writer = new ExportWriter(wish, digest, place);
  const wanted = wish.groupId === null ? wish.ids : [wish.groupId];
  const isWithin = place.email !== '';
  const [group] = await tx.query<{ id: string; name: string; site: string }>(NEXT_GROUP, [
    caller.sites,
    caller.groupIds,
    wanted,
    place.groupId,
    isWithin,
  ]);
  const head = from === null ? writer.head() : '';
  if (from === null) {
    if (group === undefined && wish.groupId !== null) throw noSuchGroup(wish.groupId);
    await writeAuditLine(tx, caller, { action: 'accounts.exported', target: wish.groupId });
  }
  if (group === undefined) return { text: head + writer.tail(), next: null };

  const isContinued = isWithin && group.id === place.groupId;
  let text = head;
  if (isContinued) writer.goOn();
  else {
    // A group that went away in the middle of the file is closed.
    if (isWithin) text += writer.groupTail();
    text += writer.groupHead(group);
  }
  const withSessions = wish.format === 'json';
  const rows = await tx.query<StoredAccount & Record<string, unknown>>(ACCOUNTS, [
    group.id,
    isContinued ? place.email : '',
    ACCOUNTS_AT_ONCE,
    SESSION_BYTES_AT_ONCE,
    withSessions,
  ]);
  for (const row of rows) text += writer.account(group, toFiled(ring, row));
  const last = rows.at(-1);
  if (last === undefined) text += writer.groupTail();
  return { text, next: JSON.stringify({ groupId: group.id, email: last?.email_key ?? '', ...writer.progress }) };
}

function toFiled(ring: KeyRing, { id, email, password, proxy, session }: StoredAccount): FiledAccount {
  const unseal = (secret: Buffer | null, { table, column }: { table: string; column: string }): string | null =>
    secret === null ? null : open(ring, secret, columnAad(table, id, column)).toString();
  return {
    email,
    password: unseal(password, PASSWORD_COLUMN) ?? '',
    proxy: unseal(proxy, ACCOUNT_PROXY_COLUMN),
    session: unseal(session, SESSION_COLUMN),
  };
}

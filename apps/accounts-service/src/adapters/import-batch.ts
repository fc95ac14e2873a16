import { randomBytes } from 'node:crypto';

import { ACCOUNT_PROXY_COLUMN, PASSWORD_COLUMN, SESSION_COLUMN } from '@otterpost/contracts/account-requests';
import { Failure } from '@otterpost/contracts/failure';
import { newId } from '@otterpost/contracts/ids';
import type { Database, Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open, seal } from '@otterpost/sealing/seal';

import { emailKey } from '../core/email-key.ts';
import { accountKey, isAccount, type KnownAccount, type PlannedWrite, planImport } from '../core/import-plan.ts';
import type { ImportRecord } from '../core/import-record.ts';
import type { HeldImport } from '../core/imports.ts';
import { describeSession } from '../core/session.ts';
import { groupsOf, type ResolvedGroup } from './import-groups.ts';
import { rejectPlace } from './import-store.ts';
import { maskProxy } from './mask-proxy.ts';

/** Tries of a batch that meets another addition of the same accounts: each is a whole transaction. */
const ATTEMPTS = 5;

const KNOWN = `
  SELECT a.id, a.group_id, a.email, a.password, a.proxy, CASE WHEN $3 THEN a.session END AS session
  FROM unnest($1::text[], $2::text[]) AS given (group_id, email_key) JOIN accounts a USING (group_id, email_key)
  ORDER BY a.id FOR UPDATE OF a`;
const KNOWN_CHANGES = `
  SELECT group_key, email_key, wanted FROM unnest($2::text[], $3::text[]) AS given (group_key, email_key)
    JOIN import_changes USING (group_key, email_key) WHERE import_id = $1`;
const KEEP = `
  INSERT INTO import_befores
  SELECT $1, a.id, a.email, a.password, a.proxy, a.proxy_shown, a.session, a.session_etag, a.session_bytes, a.session_saved_at,
    a.session_expires_at, a.session_saved_by, a.import_id
  FROM accounts a WHERE a.id = ANY($2) AND a.import_id IS DISTINCT FROM $1 ON CONFLICT DO NOTHING`;
const GIVEN = `unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::bytea[], $10::text[],
    $11::int[], $12::timestamptz[])
    AS given (id, group_id, email, email_key, password, proxy, proxy_shown, session, session_etag, session_bytes, session_expires_at)`;
const CREATE = `
  INSERT INTO accounts (id, group_id, email, email_key, password, proxy, proxy_shown, session, session_etag, session_bytes,
    session_expires_at, session_saved_at, session_saved_by, import_id)
  SELECT id, group_id, email, email_key, password, proxy, proxy_shown, session, session_etag, session_bytes, session_expires_at,
    CASE WHEN session IS NOT NULL THEN clock_timestamp() END, CASE WHEN session IS NOT NULL THEN $13 END, $1
  FROM ${GIVEN} ON CONFLICT DO NOTHING RETURNING 1`;
const UPDATE = `
  UPDATE accounts a SET email = given.email, password = given.password, proxy = given.proxy, proxy_shown = given.proxy_shown,
    session = COALESCE(given.session, a.session), session_etag = COALESCE(given.session_etag, a.session_etag),
    session_bytes = COALESCE(given.session_bytes, a.session_bytes),
    session_expires_at = CASE WHEN given.session IS NULL THEN a.session_expires_at ELSE given.session_expires_at END,
    session_saved_at = CASE WHEN given.session IS NULL THEN a.session_saved_at ELSE clock_timestamp() END,
    session_saved_by = CASE WHEN given.session IS NULL THEN a.session_saved_by ELSE $13 END,
    free_at = CASE WHEN a.outcome = 'bad_credentials' THEN now() ELSE a.free_at END,
    outcome = NULLIF(a.outcome, 'bad_credentials'), import_id = $1
  FROM ${GIVEN} WHERE a.id = given.id RETURNING 1`;
const REJECT = `
  INSERT INTO import_rejects (import_id, number, line, code, message, raw)
  SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bytea[])`;
const FOUND = `
  INSERT INTO import_changes (import_id, group_key, email_key, line, change, wanted)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::bytea[])
  ON CONFLICT (import_id, group_key, email_key) DO UPDATE SET wanted = EXCLUDED.wanted`;
/** The batch stands only if nobody else has done it, and the import was not cancelled. */
const ADVANCE = `
  UPDATE imports SET processed = processed + $4, created = created + $5, updated = updated + $6, unchanged = unchanged + $7,
    rejected = rejected + $8, claimed_until = now() + interval '6 seconds',
    group_ids = ARRAY(SELECT DISTINCT unnest(group_ids || $9::text[])), made_group_ids = made_group_ids || $10::text[]
  WHERE id = $1 AND fence = $2 AND status = 'running' AND processed = $3 RETURNING 1`;

class Overtaken extends Error {}
class AddedByAnother extends Error {}

type Rejection = Extract<ImportRecord['content'], { kind: 'rejected' }>;

/** Takes in a batch in one transaction; false when the import is no longer the holder's. */
export async function applyBatch(
  database: Database,
  ring: KeyRing,
  held: HeldImport,
  records: readonly ImportRecord[],
  processed: number,
): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await database.transaction((tx) => applyOnce(tx, ring, held, records, processed));
      return true;
    } catch (error) {
      if (error instanceof Overtaken) return false;
      if (!(error instanceof AddedByAnother)) throw error;
    }
  }
  throw new Failure('database_unavailable', { detail: 'The same accounts are being added by others' });
}

async function applyOnce(
  tx: Queryable,
  ring: KeyRing,
  held: HeldImport,
  records: readonly ImportRecord[],
  processed: number,
): Promise<void> {
  const { groups, made } = await groupsOf(tx, held, records);
  const taken: { groupId: string; line: number; account: Parameters<typeof planImport>[0][number]['account'] }[] = [];
  const rejects: { number: number; line: number; content: Rejection }[] = [];
  for (const [at, record] of records.entries()) {
    const { line, content } = record;
    const group = groups.of(record);
    if (content.kind === 'rejected') rejects.push({ number: processed + at, line, content });
    else if (group.kind === 'refused') rejects.push({ number: processed + at, line, content: groups.refuse(record, group) });
    else if (isAccount(record)) taken.push({ groupId: group.key, line, account: record.content.account });
  }
  const withSessions = taken.some(({ account }) => account.session !== null);
  const known = await findKnown(tx, ring, held, taken, withSessions);
  const plan = planImport(taken, known.accounts);
  if (held.dryRun) await note(tx, ring, held, plan.writes, groups.named);
  else await write(tx, ring, held, plan.writes, known.ids);
  await reject(tx, ring, held.id, rejects);
  const advanced = await tx.query(ADVANCE, [
    held.id,
    held.fence,
    processed,
    records.length,
    plan.created,
    plan.updated,
    plan.unchanged,
    rejects.length,
    held.dryRun ? [] : groups.keys,
    made,
  ]);
  if (advanced.length === 0) throw new Overtaken();
}

interface Known {
  readonly accounts: Map<string, KnownAccount>;
  readonly ids: Map<string, string>;
}

async function findKnown(
  tx: Queryable,
  ring: KeyRing,
  held: HeldImport,
  taken: readonly { groupId: string; account: { email: string } }[],
  withSessions: boolean,
): Promise<Known> {
  const places = new Map(
    taken.map(({ groupId, account }) => [accountKey(groupId, account.email), [groupId, emailKey(account.email)]]),
  );
  const [groupKeys, emailKeys] = [0, 1].map((at) => [...places.values()].map((place) => place[at]));
  const known: Known = { accounts: new Map(), ids: new Map() };
  const rows = await tx.query<{
    id: string;
    group_id: string;
    email: string;
    password: Buffer;
    proxy: Buffer | null;
    session: Buffer | null;
  }>(KNOWN, [groupKeys, emailKeys, withSessions]);
  for (const { id, group_id, email, password, proxy, session } of rows) {
    const unseal = (secret: Buffer, { table, column }: { table: string; column: string }): string =>
      open(ring, secret, columnAad(table, id, column)).toString();
    const key = accountKey(group_id, email);
    known.ids.set(key, id);
    known.accounts.set(key, {
      email,
      password: unseal(password, PASSWORD_COLUMN),
      proxy: proxy === null ? null : unseal(proxy, ACCOUNT_PROXY_COLUMN),
      session: session === null ? null : unseal(session, SESSION_COLUMN),
    });
  }
  if (!held.dryRun) return known;
  const found = await tx.query<{ group_key: string; email_key: string; wanted: Buffer }>(KNOWN_CHANGES, [
    held.id,
    groupKeys,
    emailKeys,
  ]);
  for (const { group_key, email_key, wanted } of found)
    known.accounts.set(
      `${group_key} ${email_key}`,
      JSON.parse(open(ring, wanted, changePlace(held.id, group_key, email_key)).toString()) as KnownAccount,
    );
  return known;
}

async function write(
  tx: Queryable,
  ring: KeyRing,
  held: HeldImport,
  writes: readonly PlannedWrite[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const [created, updated] = [writes.filter(({ isNew }) => isNew), writes.filter(({ isNew }) => !isNew)];
  if (updated.length > 0) {
    await tx.query(KEEP, [held.id, updated.map(({ key }) => ids.get(key))]);
    await tx.query(UPDATE, [held.id, ...toColumns(ring, updated, ids), held.caller.keyId]);
  }
  if (created.length === 0) return;
  const added = await tx.query(CREATE, [held.id, ...toColumns(ring, created, ids), held.caller.keyId]);
  if (added.length < created.length) throw new AddedByAnother();
}

function toColumns(ring: KeyRing, writes: readonly PlannedWrite[], ids: ReadonlyMap<string, string>): unknown[][] {
  const columns: unknown[][] = Array.from({ length: 11 }, () => []);
  for (const { key, groupId, account, isNew, fields } of writes) {
    const id = ids.get(key) ?? newId('account');
    const sealed = (secret: string, { table, column }: { table: string; column: string }): Buffer =>
      seal(ring, secret, columnAad(table, id, column));
    const { email, password, proxy } = account;
    const session = isNew || fields.includes('session') ? account.session : null;
    const described = session === null ? null : describeSession(session, new Date());
    const row = [
      id,
      groupId,
      email,
      emailKey(email),
      sealed(password, PASSWORD_COLUMN),
      proxy === null ? null : sealed(proxy, ACCOUNT_PROXY_COLUMN),
      proxy === null ? null : maskProxy(proxy),
      session === null ? null : sealed(session, SESSION_COLUMN),
      session === null ? null : randomBytes(12).toString('base64url'),
      described?.bytes ?? null,
      described?.expiresAt ?? null,
    ];
    for (const [at, value] of row.entries()) columns[at]?.push(value);
  }
  return columns;
}

async function note(
  tx: Queryable,
  ring: KeyRing,
  { id }: HeldImport,
  writes: readonly PlannedWrite[],
  named: ReadonlyMap<string, ResolvedGroup['group']>,
): Promise<void> {
  await tx.query(FOUND, [
    id,
    writes.map(({ groupId }) => groupId),
    writes.map(({ account }) => emailKey(account.email)),
    writes.map(({ line }) => line),
    writes.map(({ groupId, line, account: { email }, isNew, fields }) =>
      JSON.stringify({ line, action: isNew ? 'create' : 'update', group: named.get(groupId), email, fields }),
    ),
    writes.map(({ groupId, account }) => seal(ring, JSON.stringify(account), changePlace(id, groupId, emailKey(account.email)))),
  ]);
}

function changePlace(id: string, groupKey: string, key: string): string {
  return columnAad('import_changes', `${id}.${groupKey}.${key}`, 'wanted');
}

async function reject(
  tx: Queryable,
  ring: KeyRing,
  id: string,
  rejects: readonly { number: number; line: number; content: Rejection }[],
): Promise<void> {
  if (rejects.length === 0) return;
  await tx.query(REJECT, [
    id,
    rejects.map(({ number }) => number),
    rejects.map(({ line }) => line),
    rejects.map(({ content }) => content.code),
    rejects.map(({ content }) => content.message),
    rejects.map(({ number, content }) => seal(ring, content.raw, rejectPlace(id, number))),
  ]);
}

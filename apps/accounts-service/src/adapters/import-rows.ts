import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

const text: EntitySchemaColumnOptions = { type: 'text' };
const maybeText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const count: EntitySchemaColumnOptions = { type: 'bigint', default: 0 };
const maybeTime: EntitySchemaColumnOptions = { type: 'timestamptz', nullable: true };
const sealed: EntitySchemaColumnOptions = { type: 'bytea' };
const maybeSealed: EntitySchemaColumnOptions = { type: 'bytea', nullable: true };

const key = (type: 'text' | 'int' | 'bigint', table: string, name?: string): EntitySchemaColumnOptions => ({
  type,
  primary: true,
  primaryKeyConstraintName: `${table}_pkey`,
  ...(name === undefined ? {} : { name }),
});

/** `caller` may see and do what is imported; `shape` says how the file is read. */
export const ImportRow = new EntitySchema({
  name: 'import',
  tableName: 'imports',
  columns: {
    id: key('text', 'imports'),
    keyId: { ...text, name: 'key_id' },
    caller: { type: 'jsonb' },
    groupId: { ...maybeText, name: 'group_id' },
    dryRun: { type: 'boolean', name: 'dry_run' },
    shape: { type: 'jsonb' },
    pieces: { type: 'int', default: 0 },
    bytes: count,
    lineBytes: { type: 'int', name: 'line_bytes', default: 0 },
    begun: { type: 'boolean', default: false },
    status: { ...text, default: 'queued' },
    total: { type: 'bigint', nullable: true },
    processed: count,
    created: count,
    updated: count,
    unchanged: count,
    rejected: count,
    code: maybeText,
    detail: maybeText,
    groupIds: { type: 'text', array: true, name: 'group_ids', default: '{}' },
    madeGroupIds: { type: 'text', array: true, name: 'made_group_ids', default: '{}' },
    undoWanted: { type: 'boolean', name: 'undo_wanted', default: false },
    fence: count,
    claimedUntil: { type: 'timestamptz', name: 'claimed_until', default: () => "'-infinity'" },
    createdAt: { type: 'timestamptz', name: 'created_at', default: () => 'now()' },
    startedAt: { ...maybeTime, name: 'started_at' },
    finishedAt: { ...maybeTime, name: 'finished_at' },
  },
});

export const ImportPieceRow = new EntitySchema({
  name: 'importPiece',
  tableName: 'import_pieces',
  columns: {
    importId: key('text', 'import_pieces', 'import_id'),
    number: key('int', 'import_pieces'),
    bytes: sealed,
  },
});

export const ImportRejectRow = new EntitySchema({
  name: 'importReject',
  tableName: 'import_rejects',
  columns: {
    importId: key('text', 'import_rejects', 'import_id'),
    number: key('bigint', 'import_rejects'),
    line: { type: 'bigint' },
    code: text,
    message: text,
    raw: sealed,
  },
});

/** What a dry run found; `wanted` is what the account would then be. */
export const ImportChangeRow = new EntitySchema({
  name: 'importChange',
  tableName: 'import_changes',
  columns: {
    importId: key('text', 'import_changes', 'import_id'),
    groupKey: key('text', 'import_changes', 'group_key'),
    emailKey: { ...key('text', 'import_changes', 'email_key'), collation: 'C' },
    line: { type: 'bigint' },
    change: { type: 'jsonb' },
    wanted: sealed,
  },
});

/** An account as it was; its secrets are sealed for the account's own row. */
export const ImportBeforeRow = new EntitySchema({
  name: 'importBefore',
  tableName: 'import_befores',
  columns: {
    importId: key('text', 'import_befores', 'import_id'),
    accountId: key('text', 'import_befores', 'account_id'),
    email: text,
    password: sealed,
    proxy: maybeSealed,
    proxyShown: { ...maybeText, name: 'proxy_shown' },
    session: maybeSealed,
    sessionEtag: { ...maybeText, name: 'session_etag' },
    sessionBytes: { type: 'int', name: 'session_bytes', nullable: true },
    sessionSavedAt: { ...maybeTime, name: 'session_saved_at' },
    sessionExpiresAt: { ...maybeTime, name: 'session_expires_at' },
    sessionSavedBy: { ...maybeText, name: 'session_saved_by' },
    beforeImportId: { ...maybeText, name: 'before_import_id' },
  },
});

import { EntitySchema } from 'typeorm';

export interface AccountGroupRow {
  id: string;
  name: string;
  site: string;
  createdAt: Date;
  deletedAt: Date | null;
}

export const AccountGroupRow = new EntitySchema<AccountGroupRow>({
  name: 'accountGroup',
  tableName: 'account_groups',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'account_groups_pkey' },
    name: { type: 'text' },
    site: { type: 'text' },
    createdAt: { type: 'timestamptz', name: 'created_at', default: () => 'now()' },
    deletedAt: { type: 'timestamptz', name: 'deleted_at', nullable: true },
  },
});

/** An account as it lies in the database; `password`, `proxy` and `session` are sealed for their row and column. */
export interface AccountRow {
  id: string;
  groupId: string;
  email: string;
  /** The email as it is compared and ordered: `emailKey` of the core. */
  emailKey: string;
  password: Buffer;
  proxy: Buffer | null;
  proxyShown: string | null;
  createdAt: Date;
  session: Buffer | null;
  sessionEtag: string | null;
  sessionBytes: number | null;
  sessionSavedAt: Date | null;
  sessionExpiresAt: Date | null;
  sessionSavedBy: string | null;
  /** From when on it may be leased; pg gives ±Infinity for the ends of time. */
  freeAt: Date | number;
  leaseId: string | null;
  outcome: string | null;
  /** The import that wrote it last, as long as nobody has changed it since. */
  importId: string | null;
}

export const AccountRow = new EntitySchema<AccountRow>({
  name: 'account',
  tableName: 'accounts',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'accounts_pkey' },
    groupId: { type: 'text', name: 'group_id' },
    email: { type: 'text' },
    emailKey: { type: 'text', name: 'email_key', collation: 'C' },
    password: { type: 'bytea' },
    proxy: { type: 'bytea', nullable: true },
    proxyShown: { type: 'text', name: 'proxy_shown', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', default: () => 'now()' },
    session: { type: 'bytea', nullable: true },
    sessionEtag: { type: 'text', name: 'session_etag', nullable: true },
    sessionBytes: { type: 'int', name: 'session_bytes', nullable: true },
    sessionSavedAt: { type: 'timestamptz', name: 'session_saved_at', nullable: true },
    sessionExpiresAt: { type: 'timestamptz', name: 'session_expires_at', nullable: true },
    sessionSavedBy: { type: 'text', name: 'session_saved_by', nullable: true },
    freeAt: { type: 'timestamptz', name: 'free_at', default: () => "'-infinity'" },
    leaseId: { type: 'text', name: 'lease_id', nullable: true },
    outcome: { type: 'text', nullable: true },
    importId: { type: 'text', name: 'import_id', nullable: true },
  },
});

export interface AccountLeaseRow {
  id: string;
  accountId: string;
  keyId: string;
  leasedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  /** The caller's own name for the request, and a digest of what was asked with it. */
  requestKey: string | null;
  requestHash: string | null;
}

export const AccountLeaseRow = new EntitySchema<AccountLeaseRow>({
  name: 'accountLease',
  tableName: 'account_leases',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'account_leases_pkey' },
    accountId: { type: 'text', name: 'account_id' },
    keyId: { type: 'text', name: 'key_id' },
    leasedAt: { type: 'timestamptz', name: 'leased_at', default: () => 'now()' },
    expiresAt: { type: 'timestamptz', name: 'expires_at' },
    endedAt: { type: 'timestamptz', name: 'ended_at', nullable: true },
    requestKey: { type: 'text', name: 'request_key', nullable: true },
    requestHash: { type: 'text', name: 'request_hash', nullable: true },
  },
});

/** A line of the audit that waits to be passed on to the gateway. */
export interface AuditLineRow {
  id: string;
  at: Date;
  actor: string;
  action: string;
  target: string | null;
  address: string | null;
}

export const AuditLineRow = new EntitySchema<AuditLineRow>({
  name: 'auditLine',
  tableName: 'audit_lines',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'audit_lines_pkey' },
    at: { type: 'timestamptz', default: () => 'clock_timestamp()' },
    actor: { type: 'text' },
    action: { type: 'text' },
    target: { type: 'text', nullable: true },
    address: { type: 'text', nullable: true },
  },
});

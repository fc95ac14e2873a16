import { EntitySchema } from 'typeorm';

export interface TicketRow {
  id: string;
  keyId: string;
  site: string;
  recipient: string | null;
  mailboxId: string | null;
  /** Whether the ticket takes mails of that mailbox only, or it is only the one spoken of. */
  mailboxNamed: boolean;
  manual: boolean;
  kind: string;
  status: string;
  openedAt: Date;
  expiresAt: Date;
  notBefore: Date | null;
  position: string;
  labels: Record<string, string>;
  cause: string | null;
}

/** TypeORM's picture of the tables, held against the migrations by a test; hot paths are statements of their own. */
export const TicketRow = new EntitySchema<TicketRow>({
  name: 'ticket',
  tableName: 'tickets',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'tickets_pkey' },
    keyId: { type: 'text', name: 'key_id' },
    site: { type: 'text' },
    recipient: { type: 'text', nullable: true },
    mailboxId: { type: 'text', name: 'mailbox_id', nullable: true },
    mailboxNamed: { type: 'boolean', name: 'mailbox_named' },
    manual: { type: 'boolean' },
    kind: { type: 'text' },
    status: { type: 'text', default: 'open' },
    openedAt: { type: 'timestamptz', name: 'opened_at', default: () => 'clock_timestamp()' },
    expiresAt: { type: 'timestamptz', name: 'expires_at' },
    notBefore: { type: 'timestamptz', name: 'not_before', nullable: true },
    position: { type: 'bigint' },
    labels: { type: 'jsonb', default: {} },
    cause: { type: 'text', nullable: true },
  },
});

export interface ApiKeyRow {
  id: string;
  name: string;
  scope: string;
  sites: string[] | null;
  groupIds: string[] | null;
  /** The public part of the key, by which it is found. */
  lookup: string;
  digest: Buffer;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export const ApiKeyRow = new EntitySchema<ApiKeyRow>({
  name: 'api_key',
  tableName: 'api_keys',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'api_keys_pkey' },
    name: { type: 'text' },
    scope: { type: 'text' },
    sites: { type: 'text', array: true, nullable: true },
    groupIds: { type: 'text', name: 'group_ids', array: true, nullable: true },
    lookup: { type: 'text' },
    digest: { type: 'bytea' },
    createdAt: { type: 'timestamptz', name: 'created_at', default: () => 'clock_timestamp()' },
    expiresAt: { type: 'timestamptz', name: 'expires_at', nullable: true },
    lastUsedAt: { type: 'timestamptz', name: 'last_used_at', nullable: true },
    revokedAt: { type: 'timestamptz', name: 'revoked_at', nullable: true },
  },
  uniques: [{ name: 'api_keys_lookup', columns: ['lookup'] }],
});

export interface AuditRow {
  id: string;
  at: Date;
  actor: string;
  action: string;
  target: string | null;
  address: string | null;
  /** Of the transaction that wrote it, among all that did. */
  position: string;
}

export const AuditRow = new EntitySchema<AuditRow>({
  name: 'audit',
  tableName: 'audit',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'audit_pkey' },
    at: { type: 'timestamptz', default: () => 'clock_timestamp()' },
    actor: { type: 'text' },
    action: { type: 'text' },
    target: { type: 'text', nullable: true },
    address: { type: 'text', nullable: true },
    // Its casts are left out, as TypeORM reads them back.
    position: { type: 'bigint', default: () => '((pg_current_xact_id()))' },
  },
});

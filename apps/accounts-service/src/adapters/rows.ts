import { EntitySchema } from 'typeorm';

/** A mailbox as it lies in the database; `credential`, `accessToken`, `proxy` and `smtp` are sealed. */
export interface MailboxRow {
  id: string;
  name: string;
  host: string;
  port: number;
  security: string;
  username: string;
  authType: string;
  credential: Buffer;
  /** Of an OAuth2 mailbox, once one was asked for. */
  accessToken: Buffer | null;
  accessTokenExpiresAt: Date | null;
  /** From then on the next one is asked for. */
  accessTokenRenewAt: Date | null;
  folders: string[] | null;
  authservId: string | null;
  ca: string | null;
  forwarders: string[];
  proxy: Buffer | null;
  proxyShown: string | null;
  smtp: Buffer | null;
  paused: boolean;
  revision: number;
  createdAt: Date;
  owner: string | null;
  heir: string | null;
  fence: string;
  connection: string;
  status: string;
  statusDetail: string | null;
  provenAt: Date | null;
  lastMailAt: Date | null;
  serverClockOffsetMs: number | null;
  bytesOn: string | null;
  bytesToday: string;
  told: string | null;
}

export const MailboxRow = new EntitySchema<MailboxRow>({
  name: 'mailbox',
  tableName: 'mailboxes',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'mailboxes_pkey' },
    name: { type: 'text' },
    host: { type: 'text' },
    port: { type: 'int' },
    security: { type: 'text' },
    username: { type: 'text' },
    authType: { type: 'text', name: 'auth_type' },
    credential: { type: 'bytea' },
    accessToken: { type: 'bytea', name: 'access_token', nullable: true },
    accessTokenExpiresAt: { type: 'timestamptz', name: 'access_token_expires_at', nullable: true },
    accessTokenRenewAt: { type: 'timestamptz', name: 'access_token_renew_at', nullable: true },
    folders: { type: 'text', array: true, nullable: true },
    authservId: { type: 'text', name: 'authserv_id', nullable: true },
    ca: { type: 'text', nullable: true },
    forwarders: { type: 'text', array: true, default: '{}' },
    proxy: { type: 'bytea', nullable: true },
    proxyShown: { type: 'text', name: 'proxy_shown', nullable: true },
    smtp: { type: 'bytea', nullable: true },
    paused: { type: 'boolean', default: false },
    revision: { type: 'int', default: 1 },
    createdAt: { type: 'timestamptz', name: 'created_at', default: () => 'now()' },
    owner: { type: 'text', nullable: true },
    heir: { type: 'text', nullable: true },
    fence: { type: 'bigint', default: 0 },
    connection: { type: 'text', default: 'disconnected' },
    status: { type: 'text', default: 'connecting' },
    statusDetail: { type: 'text', name: 'status_detail', nullable: true },
    provenAt: { type: 'timestamptz', name: 'proven_at', nullable: true },
    lastMailAt: { type: 'timestamptz', name: 'last_mail_at', nullable: true },
    serverClockOffsetMs: { type: 'double precision', name: 'server_clock_offset_ms', nullable: true },
    bytesOn: { type: 'date', name: 'bytes_on', nullable: true },
    bytesToday: { type: 'bigint', name: 'bytes_today', default: 0 },
    told: { type: 'text', nullable: true },
  },
});

/** A site as it lies in the database. */
export interface SiteRow {
  slug: string;
  /** JSON, a `SiteDefinition`; null for a deleted site, which is kept until all know of it and so that it is not shipped again. */
  definition: string | null;
  /** Its senders, and of each address `@domain` besides: what a ticket's site may be found by. */
  senders: string[];
  /** Of the definition that came with the suite, as long as nobody changed it. */
  shippedDigest: string | null;
  revision: string;
  /** The revision of which extractors were told last. */
  projected: string;
  matched: string;
  fellBack: string;
  nothing: string;
  otherSubject: string;
  lastMatchedAt: Date | null;
  lastFellBackAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const SiteRow = new EntitySchema<SiteRow>({
  name: 'site',
  tableName: 'sites',
  columns: {
    slug: { type: 'text', primary: true, primaryKeyConstraintName: 'sites_pkey' },
    definition: { type: 'text', nullable: true },
    senders: { type: 'text', array: true, default: '{}' },
    shippedDigest: { type: 'text', name: 'shipped_digest', nullable: true },
    revision: { type: 'bigint', default: () => "nextval('site_revision')" },
    projected: { type: 'bigint', default: 0 },
    matched: { type: 'bigint', default: 0 },
    fellBack: { type: 'bigint', name: 'fell_back', default: 0 },
    nothing: { type: 'bigint', default: 0 },
    otherSubject: { type: 'bigint', name: 'other_subject', default: 0 },
    lastMatchedAt: { type: 'timestamptz', name: 'last_matched_at', nullable: true },
    lastFellBackAt: { type: 'timestamptz', name: 'last_fell_back_at', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', default: () => 'now()' },
    updatedAt: { type: 'timestamptz', name: 'updated_at', default: () => 'now()' },
  },
});

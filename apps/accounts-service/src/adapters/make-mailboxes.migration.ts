import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mailboxes, who watches them, and the ledger of their mails. */
export class MakeMailboxes1764000000000 implements MigrationInterface {
  name = 'MakeMailboxes1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mailboxes (
        id text CONSTRAINT mailboxes_pkey PRIMARY KEY,
        name text NOT NULL,
        host text NOT NULL,
        port int NOT NULL,
        security text NOT NULL,
        username text NOT NULL,
        auth_type text NOT NULL,
        credential bytea NOT NULL,
        folders text[],
        authserv_id text,
        ca text,
        forwarders text[] NOT NULL DEFAULT '{}',
        proxy bytea,
        proxy_shown text,
        smtp bytea,
        paused boolean NOT NULL DEFAULT false,
        revision int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        owner text,
        fence bigint NOT NULL DEFAULT 0,
        connection text NOT NULL DEFAULT 'disconnected',
        status text NOT NULL DEFAULT 'connecting',
        status_detail text,
        proven_at timestamptz,
        last_mail_at timestamptz,
        server_clock_offset_ms double precision,
        bytes_on date,
        bytes_today bigint NOT NULL DEFAULT 0
      )`);
    await runner.query('CREATE UNIQUE INDEX mailboxes_host_username ON mailboxes (lower(host), lower(username))');
    await runner.query('CREATE INDEX mailboxes_owner ON mailboxes (owner)');
    await runner.query('CREATE TABLE ingestors (id text PRIMARY KEY, expires_at timestamptz NOT NULL)');
    await runner.query('CREATE SEQUENCE mail_position');
    await runner.query(`
      CREATE TABLE folders (
        mailbox_id text NOT NULL REFERENCES mailboxes ON DELETE CASCADE,
        folder text NOT NULL,
        uid_validity bigint NOT NULL,
        first_uid bigint NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (mailbox_id, folder, uid_validity)
      )`);
    await runner.query(`
      CREATE TABLE mails (
        mail_id text PRIMARY KEY,
        mailbox_id text NOT NULL REFERENCES mailboxes ON DELETE CASCADE,
        folder text NOT NULL,
        uid_validity bigint NOT NULL,
        uid bigint NOT NULL,
        position bigint NOT NULL DEFAULT nextval('mail_position'),
        fence bigint NOT NULL,
        noted_at timestamptz NOT NULL DEFAULT now(),
        swept_at timestamptz,
        sweeps int NOT NULL DEFAULT 0,
        settled_at timestamptz,
        outcome text,
        reason text,
        UNIQUE (mailbox_id, folder, uid_validity, uid)
      )`);
    await runner.query('CREATE INDEX mails_unsettled ON mails (mailbox_id) WHERE settled_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mails, folders, ingestors, mailboxes');
    await runner.query('DROP SEQUENCE mail_position');
  }
}

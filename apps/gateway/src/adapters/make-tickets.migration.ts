import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tickets, what mails held, and who got which: the two uniqueness constraints of `assignments` decide the hand-out. */
export class MakeTickets1764000000000 implements MigrationInterface {
  name = 'MakeTickets1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tickets (
        id text CONSTRAINT tickets_pkey PRIMARY KEY,
        key_id text NOT NULL,
        site text NOT NULL,
        recipient text,
        mailbox_id text,
        mailbox_named boolean NOT NULL,
        manual boolean NOT NULL,
        kind text NOT NULL,
        status text NOT NULL DEFAULT 'open',
        opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at timestamptz NOT NULL,
        not_before timestamptz,
        position bigint NOT NULL,
        labels jsonb NOT NULL DEFAULT '{}',
        cause text
      )`);
    await runner.query("CREATE INDEX tickets_open ON tickets (site, recipient, opened_at) WHERE status = 'open'");
    await runner.query("CREATE INDEX tickets_due ON tickets (expires_at) WHERE status = 'open'");
    await runner.query(`
      CREATE TABLE mails (
        mail_id text PRIMARY KEY,
        mailbox_id text NOT NULL,
        site text,
        recipient text,
        kind text NOT NULL,
        reason text,
        refused boolean NOT NULL,
        position bigint NOT NULL,
        noticed_at timestamptz NOT NULL,
        read_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX mails_of_recipient ON mails (recipient, position DESC)');
    await runner.query('CREATE INDEX mails_of_site ON mails (site, position DESC)');
    await runner.query(`
      CREATE TABLE codes (
        id text PRIMARY KEY,
        mail_id text UNIQUE REFERENCES mails,
        site text NOT NULL,
        recipient text,
        mailbox_id text,
        code bytea,
        link bytea,
        status text NOT NULL,
        reason text,
        position bigint NOT NULL,
        received_at timestamptz,
        noticed_at timestamptz NOT NULL,
        from_address text,
        subject bytea,
        confidence double precision NOT NULL,
        authenticity text NOT NULL,
        hops jsonb,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query("CREATE INDEX codes_unassigned ON codes (site, recipient, position) WHERE status = 'unassigned'");
    await runner.query(`
      CREATE TABLE assignments (
        code_id text NOT NULL CONSTRAINT one_ticket_a_code UNIQUE REFERENCES codes,
        ticket_id text NOT NULL REFERENCES tickets,
        source text NOT NULL,
        assigned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        delivered_at timestamptz,
        rejected_at timestamptz,
        rejected_because text
      )`);
    await runner.query('CREATE UNIQUE INDEX one_code_a_ticket ON assignments (ticket_id) WHERE rejected_at IS NULL');
    await runner.query(`
      CREATE TABLE idempotency_keys (
        key_id text NOT NULL,
        idempotency_key text NOT NULL,
        request_hash text NOT NULL,
        ticket_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (key_id, idempotency_key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys, assignments, codes, mails, tickets');
  }
}

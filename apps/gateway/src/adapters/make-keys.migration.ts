import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * API keys, and the audit. Of a key only the HMAC is kept; the pepper of the HMAC is sealed. The audit takes new lines and nothing
 * else, and the two lines of every ticket (who opened it, whose code it got) are written by the database with what they tell of.
 */
export class MakeKeys1764240000000 implements MigrationInterface {
  name = 'MakeKeys1764240000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_keys (
        id text CONSTRAINT api_keys_pkey PRIMARY KEY,
        name text NOT NULL,
        scope text NOT NULL,
        sites text[],
        group_ids text[],
        lookup text NOT NULL CONSTRAINT api_keys_lookup UNIQUE,
        digest bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
      )`);
    await runner.query('CREATE TABLE key_peppers (id text PRIMARY KEY, sealed bytea NOT NULL)');
    await runner.query(`
      CREATE TABLE audit (
        id text CONSTRAINT audit_pkey PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor text NOT NULL,
        action text NOT NULL,
        target text,
        address text
      )`);
    await runner.query('CREATE INDEX audit_actor ON audit (actor, id DESC)');
    await runner.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'The audit is append-only';
      END $$`);
    await runner.query(`
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    // A ticket is opened once and a code given once: their ids, under the audit's prefix, are ids of their lines.
    await runner.query(`
      CREATE FUNCTION audit_opened_ticket() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO audit (id, actor, action, target) VALUES ('aud_' || substr(NEW.id, 5), NEW.key_id, 'ticket.opened', NEW.id);
        RETURN NULL;
      END $$`);
    await runner.query(
      'CREATE TRIGGER tickets_audited AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION audit_opened_ticket()',
    );
    await runner.query(`
      CREATE FUNCTION audit_given_code() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO audit (id, actor, action, target)
          SELECT 'aud_' || substr(NEW.code_id, 5), key_id, 'code.given', NEW.ticket_id FROM tickets WHERE id = NEW.ticket_id;
        RETURN NULL;
      END $$`);
    await runner.query(
      'CREATE TRIGGER assignments_audited AFTER INSERT ON assignments FOR EACH ROW EXECUTE FUNCTION audit_given_code()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER assignments_audited ON assignments');
    await runner.query('DROP TRIGGER tickets_audited ON tickets');
    await runner.query('DROP TABLE audit, key_peppers, api_keys');
    await runner.query('DROP FUNCTION refuse_audit_change, audit_opened_ticket, audit_given_code');
  }
}

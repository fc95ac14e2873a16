import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the audit's seals need (docs/adr/0008): each line says by its position which transaction wrote it, and a seal covers all lines
 * up to one of them. Of lines that lie in the order of their positions a BRIN index takes next to nothing from who writes them.
 */
export class ChainAudit1764270000000 implements MigrationInterface {
  name = 'ChainAudit1764270000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audit ADD COLUMN position bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint;
      CREATE INDEX audit_position ON audit USING brin (position) WITH (autosummarize = on);

      CREATE TABLE audit_seals (
        number bigint CONSTRAINT audit_seals_pkey PRIMARY KEY,
        position bigint NOT NULL,
        line_id text NOT NULL,
        lines int NOT NULL,
        digest bytea NOT NULL,
        sealed_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TRIGGER audit_seals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

      CREATE TABLE audit_clock (ahead bigint NOT NULL);
      INSERT INTO audit_clock VALUES (0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_clock, audit_seals; ALTER TABLE audit DROP COLUMN position');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sites, and how far extractors have been told of them. */
export class MakeSites1764230000000 implements MigrationInterface {
  name = 'MakeSites1764230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SEQUENCE site_revision');
    await runner.query(`
      CREATE TABLE sites (
        slug text CONSTRAINT sites_pkey PRIMARY KEY,
        definition text,
        senders text[] NOT NULL DEFAULT '{}',
        shipped_digest text,
        revision bigint NOT NULL DEFAULT nextval('site_revision'),
        projected bigint NOT NULL DEFAULT 0,
        matched bigint NOT NULL DEFAULT 0,
        fell_back bigint NOT NULL DEFAULT 0,
        nothing bigint NOT NULL DEFAULT 0,
        other_subject bigint NOT NULL DEFAULT 0,
        last_matched_at timestamptz,
        last_fell_back_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX sites_senders ON sites USING gin (senders)');
    await runner.query('CREATE INDEX sites_untold ON sites (revision) WHERE projected < revision');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sites');
    await runner.query('DROP SEQUENCE site_revision');
  }
}

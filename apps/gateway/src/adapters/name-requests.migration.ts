import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests that were named by an Idempotency-Key and make something that another service keeps; the id of that is settled first. */
export class NameRequests1764260000000 implements MigrationInterface {
  name = 'NameRequests1764260000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE named_requests (
        key_id text NOT NULL,
        idempotency_key text NOT NULL,
        request_hash text NOT NULL,
        thing_id text NOT NULL,
        is_made boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT named_requests_pkey PRIMARY KEY (key_id, idempotency_key)
      );
      CREATE INDEX named_requests_age ON named_requests (created_at);
      CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX idempotency_keys_age; DROP TABLE named_requests');
  }
}

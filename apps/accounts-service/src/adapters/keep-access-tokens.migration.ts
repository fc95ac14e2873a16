import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The access token that a mailbox's refresh token was last changed for, sealed. */
export class KeepAccessTokens1764270000000 implements MigrationInterface {
  name = 'KeepAccessTokens1764270000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mailboxes
        ADD COLUMN access_token bytea,
        ADD COLUMN access_token_expires_at timestamptz,
        ADD COLUMN access_token_renew_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mailboxes DROP COLUMN access_token, DROP COLUMN access_token_expires_at, DROP COLUMN access_token_renew_at`);
  }
}

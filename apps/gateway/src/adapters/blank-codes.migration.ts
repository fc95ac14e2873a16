import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes that still have something to blank are found without looking at all. */
export class BlankCodes1764250000000 implements MigrationInterface {
  name = 'BlankCodes1764250000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX codes_in_clear ON codes (created_at) WHERE code IS NOT NULL OR link IS NOT NULL OR subject IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX codes_in_clear');
  }
}

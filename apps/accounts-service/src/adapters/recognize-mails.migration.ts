import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what a mail is recognized when its folder has new UIDs. */
export class RecognizeMails1764310000000 implements MigrationInterface {
  name = 'RecognizeMails1764310000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mails ADD COLUMN digest text');
    await runner.query('CREATE INDEX mails_digest ON mails (mailbox_id, digest)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mails DROP COLUMN digest');
  }
}

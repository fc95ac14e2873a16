import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was last told of a mailbox's condition. */
export class ChangeMailboxes1764040000000 implements MigrationInterface {
  name = 'ChangeMailboxes1764040000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mailboxes ADD COLUMN told text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mailboxes DROP COLUMN told');
  }
}

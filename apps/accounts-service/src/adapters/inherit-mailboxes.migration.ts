import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is to have a mailbox's lease next, and who is about to stop. */
export class InheritMailboxes1764300000000 implements MigrationInterface {
  name = 'InheritMailboxes1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mailboxes ADD COLUMN heir text');
    await runner.query('ALTER TABLE ingestors ADD COLUMN leaving boolean NOT NULL DEFAULT false');
    await runner.query('CREATE INDEX mailboxes_heir ON mailboxes (heir)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ingestors DROP COLUMN leaving');
    await runner.query('ALTER TABLE mailboxes DROP COLUMN heir');
  }
}

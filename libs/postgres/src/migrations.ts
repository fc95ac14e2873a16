import type { DataSource } from 'typeorm';

/** Any number, the same in every version, so that old and new instances wait for each other. */
const LOCK_SPACE = 0x6f747472;

/**
 * Brings a schema up to date. Instances that start side by side wait for each other by an advisory lock, which ends with its
 * connection; each migration is one transaction.
 */
export async function migrate(dataSource: DataSource, schema: string): Promise<void> {
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCK_SPACE, schema]);
    try {
      await holder.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await holder.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK_SPACE, schema]);
    }
  } finally {
    await holder.release();
  }
}

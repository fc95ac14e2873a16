import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openDatabase } from '@otterpost/postgres/database';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { ConfigError } from '@otterpost/service/config';
import { startPostgres } from '@otterpost/testkit/postgres';

import { pathOfKey, StartError, takeDataFolder } from '../suite/data-folder.ts';
import { readEnvironment } from '../suite/environment.ts';
import { resealTables, SEALED_TABLES } from './reseal.ts';

const USAGE = `npm run keys -- rotate
  With OTTERPOST_DATABASE_URL: seals everything under the first of OTTERPOST_MASTER_KEYS, while services that know the same keys run.
  Else, in the data folder of a suite that is stopped: makes a new master key first.`;

/** Seals all under the newest master key; exits 1 when something is left that no key opens. */
async function main(): Promise<number> {
  if (process.argv.slice(2).join(' ') !== 'rotate') {
    console.error(USAGE);
    return 2;
  }
  const { config } = readEnvironment(process.env);
  if (config.databaseUrl !== undefined) return rotate(config.databaseUrl, config.masterKeys ?? '');
  const folder = takeDataFolder(config.dataDir);
  try {
    const keys = config.masterKeys ?? addKey(pathOfKey(folder, 'masterKeys'));
    const postgres = await startPostgres({
      dataDir: join(folder.path, 'postgres'),
      password: folder.secrets.databasePassword,
    });
    try {
      return await rotate(postgres.url, keys);
    } finally {
      await postgres.stop();
    }
  } finally {
    folder.release();
  }
}

/** A new key at the head of the file; the old ones stay, for what lies in streams and backups. */
function addKey(file: string): string {
  const made = `made-${new Date().toISOString().replace(/[:.]/g, '-')}:${randomBytes(32).toString('base64')}`;
  const keys = `${made},${readFileSync(file, 'utf8').trim()}`;
  writeFileSync(`${file}.new`, `${keys}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return keys;
}

async function rotate(url: string, keys: string): Promise<number> {
  const ring = parseKeyRing(keys);
  const left: string[] = [];
  for (const [schema, tables] of Object.entries(SEALED_TABLES)) {
    const logger = { warn: (context: object, message: string) => console.error(message, context) };
    const database = await openDatabase({ url, schema, entities: [], migrations: [], logger });
    try {
      const there = await database.query<{ name: string }>('SELECT tablename AS name FROM pg_tables WHERE schemaname = $1', [
        schema,
      ]);
      const sealed = tables.filter(({ name }) => there.some((table) => table.name === name));
      const { counts, unopened } = await resealTables(database, ring, sealed);
      left.push(...unopened);
      for (const [name, count] of counts) console.log(`${schema}.${name}: ${count} secrets sealed anew under ${ring.current.id}`);
    } finally {
      await database.close();
    }
  }
  for (const place of left) console.error(`No key of the ring opens ${place}: it was left as it is`);
  if (left.length === 0)
    console.log(
      'Mailboxes, accounts, imports and codes are sealed under it. Keep the former key for a day, for what lies in streams, and as ' +
        'long as your backups.',
    );
  return left.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

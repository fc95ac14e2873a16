import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openDatabase } from '@otterpost/postgres/database';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { ConfigError } from '@otterpost/service/config';
import { startPostgres } from '@otterpost/testkit/postgres';

import { verifyAudit } from '../../apps/gateway/src/adapters/audit-chain.ts';
import { readPepper } from '../../apps/gateway/src/adapters/pepper.ts';
import { pathOfKey, StartError, takeDataFolder } from '../suite/data-folder.ts';
import { readEnvironment } from '../suite/environment.ts';
import { resealTables, SEALED_TABLES } from './reseal.ts';

const logger = { warn: (context: object, message: string) => console.error(message, context) };
const USAGE = `npm run keys -- rotate
  With OTTERPOST_DATABASE_URL: seals everything under the first of OTTERPOST_MASTER_KEYS, while services that know the same keys run.
  Else, in the data folder of a suite that is stopped: makes a new master key first.
npm run keys -- verify-audit
  Whether every line of the audit stands as it was sealed; in the same database, or in the data folder of a suite that is stopped.`;

interface Place {
  readonly url: string;
  readonly keys: string;
}

/** Exits 1 when something is left that no key opens, or a line of the audit is not what it was. */
async function main(): Promise<number> {
  const command = process.argv.slice(2).join(' ');
  if (command === 'rotate') return inDatabase(addKey, rotate);
  if (command === 'verify-audit') return inDatabase(readKeys, tellOfAudit);
  console.error(USAGE);
  return 2;
}

/** Where the environment says, or else on the embedded database, with the keys that `keysOf` takes from the folder's file. */
async function inDatabase(keysOf: (file: string) => string, work: (place: Place) => Promise<number>): Promise<number> {
  const { config } = readEnvironment(process.env);
  if (config.databaseUrl !== undefined) return work({ url: config.databaseUrl, keys: config.masterKeys ?? '' });
  const folder = takeDataFolder(config.dataDir);
  try {
    const keys = config.masterKeys ?? keysOf(pathOfKey(folder, 'masterKeys'));
    const postgres = await startPostgres({
      dataDir: join(folder.path, 'postgres'),
      password: folder.secrets.databasePassword,
    });
    try {
      return await work({ url: postgres.url, keys });
    } finally {
      await postgres.stop();
    }
  } finally {
    folder.release();
  }
}

function readKeys(file: string): string {
  return readFileSync(file, 'utf8').trim();
}

async function tellOfAudit({ url, keys }: Place): Promise<number> {
  const database = await openDatabase({ url, schema: 'tickets', entities: [], migrations: [], logger });
  try {
    const key = await readPepper(database, parseKeyRing(keys), 'audit');
    const { lines, seals, head, broken } = await verifyAudit(database, key);
    console.log(
      `${lines} lines stand as they were sealed, by ${seals} seals. Keep the last one's digest elsewhere: ${head || 'none'}`,
    );
    if (broken !== null) console.error(`Seal ${broken.number} does not hold: ${broken.why}`);
    return broken === null ? 0 : 1;
  } finally {
    await database.close();
  }
}

/** A new key at the head of the file; the old ones stay, for what lies in streams and backups. */
function addKey(file: string): string {
  const made = `made-${new Date().toISOString().replace(/[:.]/g, '-')}:${randomBytes(32).toString('base64')}`;
  const keys = `${made},${readKeys(file)}`;
  writeFileSync(`${file}.new`, `${keys}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return keys;
}

async function rotate({ url, keys }: Place): Promise<number> {
  const ring = parseKeyRing(keys);
  const left: string[] = [];
  for (const [schema, tables] of Object.entries(SEALED_TABLES)) {
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

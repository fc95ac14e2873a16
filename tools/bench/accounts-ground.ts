import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Database, openDatabase } from '@otterpost/postgres/database';
import { type KeyRing, parseKeyRing } from '@otterpost/sealing/key-ring';

import { type Suite, startSuite } from '../suite/suite.ts';
import type { Figures } from './figures.ts';

/** Everything comes from one key here, which may send a tenth of it by default. */
const REQUESTS_PER_SECOND = '20000';

/** A running suite, and what fills its tables faster than its API. */
export interface AccountsGround {
  readonly suite: Suite;
  readonly database: Database;
  readonly ring: KeyRing;
}

/** One part of the benchmark on a suite of its own, so that none pays for what another left behind. */
export async function onGround(part: (ground: AccountsGround) => Promise<Figures[]>): Promise<Figures[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'otterpost-bench-'));
  const env = { OTTERPOST_LOG_LEVEL: 'warn', OTTERPOST_REQUESTS_PER_SECOND: REQUESTS_PER_SECOND };
  const suite = await startSuite({ dataDir, httpPort: 0, grpcPort: 0, env });
  const database = await openDatabase({
    url: suite.databaseUrl,
    schema: 'accounts',
    entities: [],
    migrations: [],
    logger: { warn: (context, message) => console.warn(message, context) },
  });
  const ring = parseKeyRing(readFileSync(join(dataDir, 'keys', 'master.keys'), 'utf8').trim());
  try {
    return await part({ suite, database, ring });
  } finally {
    await database.close();
    await suite.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

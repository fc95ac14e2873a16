import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { benchAccounts } from './accounts.ts';
import { benchEndToEnd } from './end-to-end.ts';
import { benchExtractor } from './extractor.ts';
import type { Figures } from './figures.ts';
import { benchIngestor } from './ingestor.ts';
import { benchPatterns } from './patterns.ts';
import { benchTickets } from './tickets.ts';

/** Runs one benchmark by its name, or all; prints a table and keeps the figures in bench/results. */
const BENCHES = {
  accounts: benchAccounts,
  'end-to-end': benchEndToEnd,
  extractor: benchExtractor,
  ingestor: benchIngestor,
  patterns: benchPatterns,
  tickets: benchTickets,
} as const;
const RESULTS = fileURLToPath(new URL('../../bench/results', import.meta.url));

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
mkdirSync(RESULTS, { recursive: true });
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  const figures: readonly Figures[] = await bench();
  console.table(figures);
  writeFileSync(
    join(RESULTS, `${name}.json`),
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, figures }, null, 2)}\n`,
  );
}
process.exit(0);

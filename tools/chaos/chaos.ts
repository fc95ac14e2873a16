import { parseArgs } from 'node:util';

import { chaosHandOver } from './hand-over.ts';
import { chaosImport } from './import.ts';
import { chaosIngestor } from './ingestor.ts';
import { chaosSilence } from './silence.ts';
import { chaosSoak } from './soak.ts';
import { chaosStop } from './stop.ts';
import { chaosSuite } from './suite.ts';
import { chaosTickets } from './tickets.ts';

/** Runs one fault run by its name, or all; tells what was done and what came of it, and exits 1 when anything was lost, doubled or late. */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '10' } },
});
const RUNS = {
  suite: chaosSuite,
  ingestor: chaosIngestor,
  tickets: chaosTickets,
  stop: chaosStop,
  import: chaosImport,
  'hand-over': chaosHandOver,
  silence: chaosSilence,
  soak: () => chaosSoak(Number(values.minutes)),
} as const;
const unknown = positionals.filter((name) => !Object.hasOwn(RUNS, name));
if (unknown.length > 0) {
  console.error(`There is no fault run ${unknown.join(', ')}: ${Object.keys(RUNS).join(', ')}`);
  process.exit(1);
}
let failed = false;
for (const [name, run] of Object.entries(RUNS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}, seed ${values.seed}`);
  const { faults, counts, isBroken } = await run(Number(values.seed));
  console.table(faults);
  console.table([counts]);
  failed ||= isBroken;
}
process.exit(failed ? 1 : 0);

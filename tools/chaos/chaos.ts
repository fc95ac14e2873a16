import { parseArgs } from 'node:util';

import { chaosSuite } from './suite.ts';

/** Runs one fault run by its name, or all; tells what was sent, delivered, lost and doubled, and exits 1 on any loss or double. */
const RUNS = { suite: chaosSuite } as const;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string', default: '1' } } });
const unknown = positionals.filter((name) => !Object.hasOwn(RUNS, name));
if (unknown.length > 0) {
  console.error(`There is no fault run ${unknown.join(', ')}: ${Object.keys(RUNS).join(', ')}`);
  process.exit(1);
}
let failed = false;
for (const [name, run] of Object.entries(RUNS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}, seed ${values.seed}`);
  const { faults, ...counts } = await run(Number(values.seed));
  console.table(faults);
  console.table([counts]);
  failed ||= counts.lost > 0 || counts.doubled > 0;
}
process.exit(failed ? 1 : 0);

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Format, lint, types, dependency rules, unused code, and whether generated files say what the code says. All run; any failing one fails. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

const CHECKS: readonly (readonly [what: string, ...command: string[]])[] = [
  ['format and lint', bin('biome'), 'check', '.'],
  ['types', bin('tsc'), '-p', 'tsconfig.json'],
  ['dependency rules', bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'tools', 'journeys'],
  ['unused code', bin('knip'), '--no-progress'],
  ['generated files', process.execPath, '--conditions=@otterpost/source', 'tools/generate.ts', '--check'],
];

const failing = CHECKS.filter(([what, command = '', ...args]) => {
  console.log(`— ${what}`);
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  return status !== 0;
}).map(([what]) => what);
console.log(failing.length === 0 ? 'All checks hold.' : `Failing: ${failing.join(', ')}`);
process.exitCode = failing.length === 0 ? 0 : 1;

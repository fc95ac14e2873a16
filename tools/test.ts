import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Every test, or those whose path fits the arguments. Ends with a line that any CI can read. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'otterpost-test-'));
const report = join(folder, 'report.json');

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  // Jest prints its report to standard output as well when it is asked for one.
  { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
);
const { numPassedTests, numFailedTests, numFailedTestSuites, numRuntimeErrorTestSuites } = JSON.parse(
  readFileSync(report, 'utf8'),
) as Record<string, number>;
rmSync(folder, { recursive: true });
const failed = (numFailedTests ?? 0) + (numRuntimeErrorTestSuites ?? 0);
console.log(`${numPassedTests ?? 0} passed, ${failed} failed`);
process.exitCode = status !== 0 || (numFailedTestSuites ?? 0) > 0 ? 1 : 0;

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, run, SetUpError, tell } from './machine.mjs';

/** Installs the packages of the lock file when one is missing or of another version. */
export function ensurePackages() {
  const lock = readPackages(join(ROOT, 'package-lock.json'));
  if (lock === undefined) throw new SetUpError('package-lock.json is missing: this is not a whole checkout');
  if (areInstalled(lock, readPackages(join(ROOT, 'node_modules', '.package-lock.json')))) return;
  tell('Installing packages …');
  const npm = process.env.npm_execpath;
  const [program, ...args] = npm === undefined ? ['npm', 'ci'] : [process.execPath, npm, 'ci'];
  const { ok, output } = run(program, [...args, '--no-audit', '--no-fund', '--loglevel=error']);
  if (!ok) throw new SetUpError(`The packages cannot be installed (npm ci):\n${output}`);
}

/**
 * npm writes down what it has put into node_modules as its last act, so a broken install does not count. An optional package may be
 * missing: it is another platform's.
 */
export function areInstalled(lock, there) {
  if (there === undefined) return false;
  return Object.entries(lock).every(([path, wanted]) => {
    if (path === '') return true;
    const found = there[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

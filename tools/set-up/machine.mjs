import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Something that a person can mend; told in one line, without a stack. */
export class SetUpError extends Error {}

/** Debian keeps servers where a plain user's PATH does not look. */
const SEARCHED = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
];

export function findProgram(name) {
  for (const folder of SEARCHED) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) throw error;
    }
  }
  return undefined;
}

/** Runs a program without a question; gives whether it went well, and what it said. */
export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
}

/** One line for what takes a while. */
export function tell(line) {
  process.stderr.write(`${line}\n`);
}

/** Installs Debian's packages, as root or where sudo asks nothing. */
export function installDebianPackages(...packages) {
  const aptGet = findProgram('apt-get');
  if (aptGet === undefined) return false;
  const sudo = findProgram('sudo');
  const as = process.getuid?.() === 0 ? [] : sudo !== undefined && run(sudo, ['-n', 'true']).ok ? [sudo, '-n'] : undefined;
  if (as === undefined) return false;
  const apt = (...args) => {
    // By `env`, for sudo passes no environment on. Another apt may hold the lock for a while.
    const [program, ...rest] = [...as, 'env', 'DEBIAN_FRONTEND=noninteractive', aptGet, '-o', 'DPkg::Lock::Timeout=60', ...args];
    return run(program, rest).ok;
  };
  const install = () => apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  return install() || (apt('update', '-qq') && install());
}

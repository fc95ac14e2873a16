import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** RFC 4648 section 6, lower case. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ADMIN_KEY_CHARS = 48;

/** Something about the start that a person can mend; told in one line, without a stack. */
export class StartError extends Error {}

export interface DataFolder {
  readonly path: string;
  readonly secrets: Secrets;
  /** Whether the admin key was made just now, so that it is told once. */
  readonly madeAdminKey: boolean;
  release(): void;
}

export interface Secrets {
  readonly masterKeys: string;
  readonly adminKey: string;
  readonly databasePassword: string;
  readonly busPassword: string;
  readonly workerPassword: string;
  readonly listenerPassword: string;
}

const FILES: Readonly<Record<keyof Secrets, { file: string; make: () => string }>> = {
  masterKeys: {
    file: 'master.keys',
    make: () => `made-${new Date().toISOString().slice(0, 10)}:${randomBytes(32).toString('base64')}`,
  },
  adminKey: { file: 'admin.key', make: () => `ott_${randomText(ADMIN_KEY_CHARS)}` },
  databasePassword: { file: 'database.password', make: () => randomBytes(24).toString('hex') },
  busPassword: { file: 'bus.password', make: () => randomBytes(24).toString('hex') },
  workerPassword: { file: 'worker.password', make: () => randomBytes(24).toString('hex') },
  listenerPassword: { file: 'listener.password', make: () => randomBytes(24).toString('hex') },
};

/**
 * Takes the folder for one suite: readable by its owner only, locked by the pid of this process, with the keys that the embedded
 * servers need, made where they are missing; an admin key that is `given` is not stored. Throws `StartError` when another suite lives
 * in it.
 */
export function takeDataFolder(path: string, given: { readonly adminKey?: string | undefined } = {}): DataFolder {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const lock = join(folder, 'suite.pid');
  takeLock(lock, folder);
  const keys = join(folder, 'keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const madeAdminKey = given.adminKey === undefined && !existsSync(join(keys, FILES.adminKey.file));
  const secret = (name: keyof Secrets): string => readOrMake(join(keys, FILES[name].file), FILES[name].make);
  const secrets: Secrets = {
    masterKeys: secret('masterKeys'),
    adminKey: given.adminKey ?? secret('adminKey'),
    databasePassword: secret('databasePassword'),
    busPassword: secret('busPassword'),
    workerPassword: secret('workerPassword'),
    listenerPassword: secret('listenerPassword'),
  };
  return { path: folder, secrets, madeAdminKey, release: () => rmSync(lock, { force: true }) };
}

export function pathOfKey(folder: DataFolder, name: keyof Secrets): string {
  return join(folder.path, 'keys', FILES[name].file);
}

function takeLock(lock: string, folder: string): void {
  const [holder = 0, startedAt = 0] = (readIfThere(lock) ?? '').split(' ').map(Number);
  if (holder > 0 && isAlive(holder, startedAt)) {
    throw new StartError(`Another suite (process ${holder}) runs in ${folder}: stop it, or name another OTTERPOST_DATA_DIR`);
  }
  rmSync(lock, { force: true });
  // Exclusive: of two suites that start at once, one is refused.
  try {
    const file = openSync(lock, 'wx', 0o600);
    writeFileSync(file, `${process.pid} ${startOf(process.pid)}`);
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new StartError(`Another suite starts in ${folder}: stop it, or name another OTTERPOST_DATA_DIR`);
  }
}

function readOrMake(path: string, make: () => string): string {
  const known = readIfThere(path)?.trim();
  if (known !== undefined && known !== '') return known;
  const made = make();
  writeFileSync(path, `${made}\n`, { mode: 0o600 });
  return made;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the very process that took the lock still runs: its pid may have passed to another since, in a container to ourselves. */
function isAlive(pid: number, startedAt: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(pid) === startedAt;
}

/** When a process began, in the kernel's ticks (proc_pid_stat(5), field 22); 0 where there is no /proc. */
function startOf(pid: number): number {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? '';
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}

function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => BASE32.charAt(byte & 31)).join('');
}

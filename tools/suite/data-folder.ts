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
 * servers need, made where they are missing. Throws `StartError` when another suite lives in it.
 */
export function takeDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const lock = join(folder, 'suite.pid');
  takeLock(lock, folder);
  const keys = join(folder, 'keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const madeAdminKey = !existsSync(join(keys, FILES.adminKey.file));
  const secrets = Object.fromEntries(
    Object.entries(FILES).map(([name, { file, make }]) => [name, readOrMake(join(keys, file), make)]),
  );
  return { path: folder, secrets: secrets as unknown as Secrets, madeAdminKey, release: () => rmSync(lock, { force: true }) };
}

export function pathOfKey(folder: DataFolder, name: keyof Secrets): string {
  return join(folder.path, 'keys', FILES[name].file);
}

function takeLock(lock: string, folder: string): void {
  const holder = Number(readIfThere(lock) ?? 0);
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new StartError(`Another suite (process ${holder}) runs in ${folder}: stop it, or name another OTTERPOST_DATA_DIR`);
  }
  rmSync(lock, { force: true });
  // Exclusive: of two suites that start at once, one is refused.
  try {
    const file = openSync(lock, 'wx', 0o600);
    writeFileSync(file, String(process.pid));
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

/** A pid may have passed to another program: a suite is a Node.js process. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = readIfThere(`/proc/${pid}/cmdline`);
  return commandLine === undefined || commandLine === '' ? !existsSync('/proc/self') : /node|otterpost/.test(commandLine);
}

function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => BASE32.charAt(byte & 31)).join('');
}

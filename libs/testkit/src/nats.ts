import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { eventually } from './eventually.ts';
import { evidenceFile, searchBeforeDeletion } from './evidence.ts';
import { findFreePort } from './free-port.ts';
import { traceTo } from './nats-trace.ts';
import { endLeftover, ServerProcess } from './server-process.ts';

export interface NatsOptions {
  /** Where JetStream keeps its store. Without one: a temporary folder that goes with `stop`. */
  readonly storeDir?: string;
  readonly port?: number;
  /** More lines of nats-server's configuration, such as users and permissions. */
  readonly config?: string;
  /** The user in the URL, as `name:password`, where `config` asks for one. */
  readonly user?: string;
  /** Called with each process as soon as it runs, before it answers: whoever must end it in any case knows it from then on. */
  readonly onLaunch?: (server: ServerProcess) => void;
}

/** A nats-server of our own on loopback, with JetStream. */
export interface Nats {
  readonly port: number;
  readonly url: string;
  readonly server: ServerProcess;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Deletes the store of a server that has been killed or stopped. */
  wipe(): Promise<void>;
  /** Starts it again on the same port and store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian keeps servers where a plain user's PATH does not look. */
const SEARCH_PATH = [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin'].join(delimiter);

export async function startNats(options: NatsOptions = {}): Promise<Nats> {
  const temporary = options.storeDir === undefined;
  const home = options.storeDir ?? (await mkdtemp(join(tmpdir(), 'otterpost-nats-')));
  const store = join(home, 'store');
  const port = options.port ?? (await findFreePort());
  const config = join(home, 'nats.conf');
  await mkdir(store, { recursive: true, mode: 0o700 });
  const pidFile = join(home, 'nats.pid');
  await endLeftover(pidFile, config, 'SIGTERM');
  const trace = evidenceFile('bus', 'nats-server');
  const lines = [
    `pid_file: ${JSON.stringify(pidFile)}`,
    `host: 127.0.0.1`,
    `port: ${port}`,
    `jetstream { store_dir: ${JSON.stringify(store)}${await syncLine()} }`,
    ...(trace === undefined ? [] : traceTo(trace)),
    options.config ?? '',
  ];
  await writeFile(config, `${lines.join('\n')}\n`, { mode: 0o600 });

  const launch = async (): Promise<ServerProcess> => {
    const server = new ServerProcess('nats-server', 'nats-server', ['-c', config], {
      env: { ...process.env, PATH: SEARCH_PATH },
    });
    try {
      options.onLaunch?.(server);
      await eventually(() => greets(port, server));
    } catch (error) {
      await server.stop('SIGKILL');
      throw new Error(`nats-server did not start:\n${server.output}`, { cause: error });
    }
    return server;
  };

  let server = await launch();
  return {
    port,
    url: `nats://${options.user === undefined ? '' : `${options.user}@`}127.0.0.1:${port}`,
    get server() {
      return server;
    },
    kill: () => server.stop('SIGKILL'),
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    wipe: async () => {
      await server.ended();
      await rm(store, { recursive: true, force: true });
      await mkdir(store, { recursive: true, mode: 0o700 });
    },
    restart: async () => {
      await server.stop();
      server = await launch();
    },
    stop: async () => {
      await server.stop();
      searchBeforeDeletion('bus', 'jetstream', store);
      if (temporary) await rm(home, { recursive: true, force: true });
    },
  };
}

/** Acknowledged is written: servers before 2.10 do not know the setting and refuse to start with it. */
async function syncLine(): Promise<string> {
  const { stdout } = await promisify(execFile)('nats-server', ['--version'], { env: { ...process.env, PATH: SEARCH_PATH } });
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(major) > 2 || Number(minor) >= 10 ? ', sync_interval: always' : '';
}

/** A server that is ready sends INFO to whoever connects (NATS client protocol, "INFO"). */
async function greets(port: number, server: ServerProcess): Promise<true> {
  if (!server.isRunning) throw new Error('the server has ended');
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1000, () => socket.destroy(new Error('no greeting')));
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      socket.destroy();
      if (String(chunk).startsWith('INFO ')) resolve(true);
      else reject(new Error('another server is on this port'));
    });
  });
}

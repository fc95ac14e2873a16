import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { eventually } from '@otterpost/testkit/eventually';
import { type Nats, startNats } from '@otterpost/testkit/nats';
import { type Postgres, startPostgres } from '@otterpost/testkit/postgres';

import { type DataFolder, pathOfKey, StartError, takeDataFolder } from './data-folder.ts';
import { type Guard, startGuard } from './guard.ts';
import { readPermissions } from './permissions.ts';
import { ServiceProcess } from './service-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_DEADLINE_MS = 60_000;
const RESTART_PAUSE_MS = 500;

export interface SuiteOptions {
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly httpHost?: string;
  /** Variables of the services besides those that the suite gives. */
  readonly env?: Readonly<Record<string, string>>;
  /** Servers that are there already; embedded ones where they are not named. */
  readonly databaseUrl?: string | undefined;
  readonly natsUrl?: string | undefined;
  /** How many processes of each service; one where not named. */
  readonly replicas?: Readonly<Partial<Record<ServiceName, number>>>;
  /** What services write, and what the suite itself has to say. */
  readonly onOutput?: (service: string, text: string) => void;
  readonly onEvent?: (text: string) => void;
  /** Calls a start off: what had started is stopped, and the start rejects. */
  readonly signal?: AbortSignal;
}

export const SERVICES = ['accounts-service', 'code-extractor', 'gateway', 'imap-ingestor'] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface Suite {
  readonly url: string;
  readonly grpcPort: number | undefined;
  readonly natsUrl: string;
  readonly workerNatsUrl: string | undefined;
  readonly databaseUrl: string;
  readonly adminKey: string;
  readonly madeAdminKey: boolean;
  readonly services: readonly ServiceProcess[];
  readonly nats: Nats | undefined;
  readonly postgres: Postgres | undefined;
  /** Ends a service as a fault would; it is started again. */
  kill(name: ServiceName, signal?: NodeJS.Signals): void;
  /** Resolves when every service is ready. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL, NATS and the four services, and comes back when all are ready. Throws `StartError` for what a person can mend. */
export async function startSuite(options: SuiteOptions): Promise<Suite> {
  const { onEvent = () => undefined, onOutput = () => undefined } = options;
  if (options.httpPort !== 0) await assertFree(options.httpHost ?? '127.0.0.1', options.httpPort, 'OTTERPOST_HTTP_PORT');
  if (options.grpcPort !== 0) await assertFree(options.httpHost ?? '127.0.0.1', options.grpcPort, 'OTTERPOST_GRPC_PORT');
  const folder = takeDataFolder(options.dataDir, { adminKey: options.env?.OTTERPOST_ADMIN_KEY });
  const guard = startGuard();
  const stops: (() => Promise<void>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopInOrder(stops).finally(() => {
      guard.release();
      folder.release();
    });
    return stopped;
  };
  try {
    const [postgres, nats] = await bothOrNeither(
      embedPostgres(options, folder, guard, onEvent),
      embedNats(options, folder, guard, onEvent),
    );
    if (nats !== undefined) stops.push(nats.stop);
    if (postgres !== undefined) stops.push(postgres.stop);
    options.signal?.throwIfAborted();
    const databaseUrl = options.databaseUrl ?? postgres?.server.url ?? '';
    const natsUrl = options.natsUrl ?? nats?.server.url ?? '';
    const { adminKey } = folder.secrets;
    const host = options.httpHost ?? '127.0.0.1';
    const workerNatsUrl = nats === undefined ? undefined : writeWorkerUrl(folder, nats.server);
    const common = {
      OTTERPOST_LOG_LEVEL: 'info',
      ...(options.databaseUrl === undefined ? { OTTERPOST_ALLOW_PRIVATE_HOSTS: 'true' } : {}),
      ...masterKeysOf(options, folder),
      ...options.env,
      OTTERPOST_METRICS_PORT: '0',
      OTTERPOST_DATABASE_URL: databaseUrl,
      OTTERPOST_NATS_URL: natsUrl,
      OTTERPOST_ADMIN_KEY: adminKey,
      OTTERPOST_DATA_DIR: folder.path,
      OTTERPOST_HTTP_HOST: host,
    };
    const services = SERVICES.flatMap((name) =>
      Array.from({ length: options.replicas?.[name] ?? 1 }, (_, replica) => {
        const ports = {
          OTTERPOST_HTTP_PORT: String(replica === 0 ? options.httpPort : 0),
          OTTERPOST_GRPC_PORT: String(replica === 0 ? options.grpcPort : 0),
        };
        return new ServiceProcess({
          name,
          script: join(ROOT, 'apps', name, 'dist', 'main.js'),
          env: { ...common, ...ports },
          nodeOptions: nodeOptionsOf(name),
          onOutput,
          // A service ends by itself when the suite is gone; should it hang in its exit, the guard ends it.
          onStart: (pid) => guard.watch(pid, name),
          onEnd: (pid) => guard.forget(pid),
          onRestart: (service, why) => onEvent(`${service} ended (${why}) and is started again`),
          portVariables: { http: 'OTTERPOST_HTTP_PORT', grpc: 'OTTERPOST_GRPC_PORT' },
        });
      }),
    );
    for (const service of services) service.start();
    stops.push(() => stopServices(services));
    await unlessAborted(allReady(services), options.signal);
    const gateway = services.find(({ name }) => name === 'gateway');
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${gateway?.ports.get('http')}`,
      grpcPort: gateway?.ports.get('grpc'),
      natsUrl,
      workerNatsUrl,
      databaseUrl,
      adminKey,
      madeAdminKey: folder.madeAdminKey,
      services,
      nats: nats?.server,
      postgres: postgres?.server,
      kill: (name, signal = 'SIGKILL') => services.find((service) => service.name === name)?.kill(signal),
      ready: () => allReady(services),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each step is taken, also when one before it failed; the first failure is told. */
async function stopInOrder(stops: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of stops.splice(0).reverse()) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

type Maybe<S> = Embedded<S> | undefined;

/** When one server does not start, the other is stopped before that is told. */
async function bothOrNeither<A, B>(first: Promise<Maybe<A>>, second: Promise<Maybe<B>>): Promise<[Maybe<A>, Maybe<B>]> {
  const settled = await Promise.allSettled([first, second]);
  if (settled.every(({ status }) => status === 'fulfilled')) return [await first, await second];
  await Promise.all(settled.map(async (result) => (result.status === 'fulfilled' ? result.value?.stop() : undefined)));
  return Promise.all([first, second]);
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** The user's own where they are given; those of the folder belong to its embedded database. */
function masterKeysOf({ databaseUrl, env = {} }: SuiteOptions, folder: DataFolder): Readonly<Record<string, string>> {
  const given = 'OTTERPOST_MASTER_KEYS' in env || 'OTTERPOST_MASTER_KEYS_FILE' in env;
  return given || databaseUrl !== undefined ? {} : { OTTERPOST_MASTER_KEYS_FILE: pathOfKey(folder, 'masterKeys') };
}

interface Embedded<S> {
  readonly server: S;
  readonly stop: () => Promise<void>;
}

async function embedPostgres(
  options: SuiteOptions,
  folder: DataFolder,
  guard: Guard,
  onEvent: (text: string) => void,
): Promise<Embedded<Postgres> | undefined> {
  if (options.databaseUrl !== undefined) return undefined;
  const server = await startPostgres({
    dataDir: join(folder.path, 'postgres'),
    password: folder.secrets.databasePassword,
    onLaunch: ({ pid }) => guard.watch(pid, 'postgres'),
  });
  return keepRunning(server, 'postgres', guard, onEvent);
}

async function embedNats(
  options: SuiteOptions,
  folder: DataFolder,
  guard: Guard,
  onEvent: (text: string) => void,
): Promise<Embedded<Nats> | undefined> {
  if (options.natsUrl !== undefined) return undefined;
  const { busPassword, workerPassword, listenerPassword } = folder.secrets;
  const config = [
    'server_name: otterpost',
    'max_payload: 4MB',
    readPermissions(ROOT),
    'authorization { timeout: 2, users: [',
    `  { user: otterpost, password: "${busPassword}", permissions: $SERVICES }`,
    `  { user: worker, password: "${workerPassword}", permissions: $WORKERS }`,
    `  { user: listener, password: "${listenerPassword}", permissions: $LISTENERS }`,
    '] }',
  ].join('\n');
  const server = await startNats({
    storeDir: join(folder.path, 'nats'),
    config,
    user: `otterpost:${busPassword}`,
    onLaunch: ({ pid }) => guard.watch(pid, 'nats-server'),
  });
  return keepRunning(server, 'nats-server', guard, onEvent);
}

/** A server that ends without being told to is started again on the same port and data. */
function keepRunning<S extends Postgres | Nats>(
  server: S,
  name: string,
  guard: Guard,
  onEvent: (text: string) => void,
): Embedded<S> {
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();
  const watch = (): void => {
    const { pid } = server.server;
    server.server.onExit(() => {
      guard.forget(pid);
      if (stopping) return;
      onEvent(`${name} ended and is started again`);
      restarting = restart();
    });
  };
  const restart = async (): Promise<void> => {
    while (!stopping) {
      await new Promise((resolve) => setTimeout(resolve, RESTART_PAUSE_MS));
      if (stopping) return;
      try {
        await server.restart();
        return watch();
      } catch (error) {
        onEvent(`${name} could not be started again: ${String(error)}`);
      }
    }
  };
  watch();
  return {
    server,
    stop: async () => {
      stopping = true;
      await restarting;
      await server.stop();
    },
  };
}

/** One line, for workers that live on the bus (CONTRACT section 3). */
function writeWorkerUrl(folder: DataFolder, { port }: Nats): string {
  const url = `nats://worker:${folder.secrets.workerPassword}@127.0.0.1:${port}`;
  const path = join(folder.path, 'worker.nats');
  rmSync(path, { force: true });
  writeFileSync(path, `${url}\n`, { mode: 0o600 });
  return url;
}

/** Who asks stops before who answers: ingestors hand back their mailboxes, gateways and extractors settle what they hold. */
async function stopServices(services: readonly ServiceProcess[]): Promise<void> {
  const [answering, asking] = [
    services.filter(({ name }) => name === 'accounts-service'),
    services.filter(({ name }) => name !== 'accounts-service'),
  ];
  await Promise.all(asking.map((service) => service.stop()));
  await Promise.all(answering.map((service) => service.stop()));
}

/** What a service wants of its Node.js, a line each; as its container starts it. */
function nodeOptionsOf(name: string): string[] {
  const file = join(ROOT, 'apps', name, 'node-options');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

async function allReady(services: readonly ServiceProcess[]): Promise<void> {
  await Promise.all(
    services.map((service) =>
      eventually(
        async () => {
          const port = service.ports.get('metrics');
          if (port === undefined) throw new Error(`${service.name} has not told its port`);
          const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
          if (!answer.ok) throw new Error(`${service.name} is not ready: ${await answer.text()}`);
          return true;
        },
        { timeoutMs: READY_DEADLINE_MS },
      ).catch((error: Error) => {
        const why = error.cause instanceof Error ? error.cause.message : error.message;
        throw new StartError(`${service.name} did not become ready, after ${service.restarts} restarts: ${why}`);
      }),
    ),
  );
}

async function assertFree(host: string, port: number, variable: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new StartError(`Port ${port} on ${host} cannot be used (${error.code}): set ${variable}, 0 takes a free one`)),
    );
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

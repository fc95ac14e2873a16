import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from '@otterpost/contracts/failure';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';

import { migrate } from './migrations.ts';
import { isRetryable, toDatabaseFailure } from './sqlstate.ts';

const START_DEADLINE_MS = 60_000;
const START_PAUSE_MS = 200;
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 30_000;
const POOL_SIZE = 10;
const ATTEMPTS = 5;

/** What a service logs with; pino fits. */
export interface DatabaseLogger {
  warn(context: object, message: string): void;
}

export interface DatabaseOptions {
  readonly url: string;
  /** The one schema that the service owns; made when absent, and the only one on the search path. */
  readonly schema: string;
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly logger: DatabaseLogger;
  readonly poolSize?: number;
  /** Statements that are asked without waiting for each other go out together, and are answered in order. Excludes COPY. */
  readonly pipelining?: boolean;
  /** Of the server, for each of these connections. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One connection inside a transaction, or any connection outside one. */
export interface Queryable {
  /** The rows of one statement. A statement's text is prepared once a connection: keep texts constant. */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Transaction extends Queryable {
  /** A statement that nothing follows: the COMMIT goes out with it. Should it fail, nothing of the transaction stands. */
  last<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Queryable {
  readonly dataSource: DataSource;
  /** Runs `work` in one transaction; again, when it lost a race with another (40001, 40P01). It must have no other effects. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Whether the last thing that was asked of the server was answered. */
  isReachable(): boolean;
  close(): Promise<void>;
}

/**
 * Opens a service's schema and brings it up to date, waiting up to a minute for the server. A server that goes away later makes
 * statements fail with `database_unavailable`; the next one connects anew.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const dataSource = await initialize(options);
  const pool = (dataSource.driver as unknown as { master: Pool }).master;
  const names = new Map<string, string>();
  let reachable = true;

  /** Named statements are planned once a connection instead of at every call. */
  function nameOf(text: string): string {
    let name = names.get(text);
    if (name === undefined) {
      name = `otterpost_${names.size}`;
      names.set(text, name);
    }
    return name;
  }

  async function ask<Row extends QueryResultRow>(
    on: Pool | PoolClient,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    try {
      const { rows } = await on.query<Row>({ name: nameOf(text), text, values: [...values] });
      reachable = true;
      return rows;
    } catch (error) {
      const failure = toDatabaseFailure(error);
      reachable = failure.code !== 'database_unavailable' || isRetryable(error);
      throw failure;
    }
  }

  async function once<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error: unknown) => {
      reachable = false;
      throw toDatabaseFailure(error);
    });
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      const begun = ask(client, 'BEGIN', []);
      // A BEGIN that fails lets what goes out with it fail as well, and that is awaited.
      if (options.pipelining === true) begun.catch(() => undefined);
      else await begun;
      let committed: Promise<unknown> | undefined;
      const result = await work({
        query: (text, values = []) => ask(client, text, values),
        last: async (text, values = []) => {
          const asked = ask(client, text, values);
          if (options.pipelining !== true) return asked as Promise<never>;
          committed = ask(client, 'COMMIT', []);
          const [rows] = await Promise.all([asked, committed]);
          return rows as never;
        },
      });
      await (committed ?? ask(client, 'COMMIT', []));
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  return {
    dataSource,
    query: (text, values = []) => ask(pool, text, values),
    transaction: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(work);
        } catch (error) {
          if (!isRetryable(error) || attempt === ATTEMPTS) throw error;
        }
      }
    },
    isReachable: () => reachable,
    close: () => dataSource.destroy(),
  };
}

async function initialize(options: DatabaseOptions): Promise<DataSource> {
  const { url, schema, logger } = options;
  const settings = Object.entries({ search_path: schema, ...options.settings }).map(([name, value]) => `-c ${name}=${value}`);
  const deadline = performance.now() + START_DEADLINE_MS;
  for (let told = false; ; await sleep(START_PAUSE_MS)) {
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      schema,
      entities: [...options.entities],
      migrations: [...options.migrations],
      migrationsTableName: 'migrations',
      synchronize: false,
      logging: false,
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      poolSize: options.poolSize ?? POOL_SIZE,
      applicationName: `otterpost ${schema}`,
      // A server that stops ends its idle connections; pg would crash the process without a listener.
      poolErrorHandler: (error: Error) => logger.warn({ err: error }, 'an idle database connection was lost'),
      extra: {
        options: settings.join(' '),
        statement_timeout: STATEMENT_TIMEOUT_MS,
        keepAlive: true,
        pipeline: options.pipelining ?? false,
      },
    });
    try {
      await dataSource.initialize();
      await migrate(dataSource, schema);
      return dataSource;
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      const failure = toDatabaseFailure(error);
      if (failure.code !== 'database_unavailable') throw error;
      if (performance.now() > deadline) {
        throw new Failure('database_unavailable', { detail: 'The database did not answer within a minute', cause: error });
      }
      if (!told) logger.warn({ err: error }, 'the database does not answer yet');
      told = true;
    }
  }
}

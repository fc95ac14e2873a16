import { readFileSync } from 'node:fs';

import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { RequestError } from '@nats-io/nats-core';
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
  type Status,
} from '@nats-io/transport-node';

import { settledWithin, wait } from './wait.ts';

/** A frozen server is noticed after three pings: 8.1 s with 3 s between them (MEASURED); the default takes minutes. */
const PING_INTERVAL_MS = 3000;
const RECONNECT_WAIT_MS = 200;
/** A frozen server accepts TCP and then says nothing. */
const DIAL_TIMEOUT_MS = 3000;
const FIRST_CONNECT_WAIT_MS = { least: 200, most: 2000 };
const REQUEST_TIMEOUT_MS = 5000;
/** The server says at once that nobody listens; who listens need not answer. */
const NOBODY_TIMEOUT_MS = 500;
/** After a return of the server, all that will come back to it are back: a dial that hangs and the wait after it. */
const OTHERS_BACK_MS = 5000;

/** The part of pino that this library writes to. */
export interface BusLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface BusOptions {
  /** `nats://user:password@host:port`, comma-separated for a cluster. */
  readonly servers: string;
  readonly credsFile?: string | undefined;
  /** The service's name; the server shows it in its list of connections. */
  readonly name: string;
  readonly logger: BusLogger;
  /** Gives up waiting for the first connection. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, waiting as long as it takes: a service may start before its bus. Afterwards the connection never gives up
 * either, whatever the server does.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const settings: NodeConnectionOptions = {
    ...splitCredentials(options.servers),
    ...(options.credsFile === undefined ? {} : { authenticator: credsAuthenticator(readFileSync(options.credsFile)) }),
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_WAIT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    timeout: DIAL_TIMEOUT_MS,
    ignoreAuthErrorAbort: true,
    ignoreClusterUpdates: false,
    // Each request would make an error beforehand, for its stack.
    noAsyncTraces: true,
  };
  for (let waitMs = FIRST_CONNECT_WAIT_MS.least; ; waitMs = Math.min(waitMs * 2, FIRST_CONNECT_WAIT_MS.most)) {
    try {
      const connection = await connect(settings);
      return new Bus(
        connection,
        await jetstreamManager(connection, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS }),
        options.logger,
      );
    } catch (error) {
      options.logger.warn({ err: error, retryInMs: waitMs }, 'the bus cannot be reached; trying again');
      await wait(waitMs, options.signal);
      options.signal?.throwIfAborted();
    }
  }
}

/** nats.js takes user and password as options only, never from the URL. */
function splitCredentials(text: string): { servers: string[]; user?: string; pass?: string } {
  const urls = text.split(',').map((server) => new URL(server.includes('://') ? server.trim() : `nats://${server.trim()}`));
  const named = urls.find(({ username }) => username !== '');
  return {
    servers: urls.map(({ host }) => host),
    ...(named === undefined ? {} : { user: decodeURIComponent(named.username), pass: decodeURIComponent(named.password) }),
  };
}

/** A stop for something that goes on in the background. */
export interface Stoppable {
  stop(): void;
}

/** The one connection of a process to NATS, and what is said over it without a stream. */
export class Bus {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly logger: BusLogger;
  readonly #reconnectListeners = new Set<() => void>();
  #connected = true;
  #connectedAt = performance.now();
  #draining: Promise<void> | undefined;

  constructor(connection: NatsConnection, manager: JetStreamManager, logger: BusLogger) {
    this.connection = connection;
    this.manager = manager;
    this.jetstream = jetstream(connection, { timeout: REQUEST_TIMEOUT_MS });
    this.logger = logger;
    void this.#followStatus();
    connection.closed().then((error) => {
      this.#connected = false;
      if (error instanceof Error) logger.error({ err: error }, 'the bus connection has closed');
    });
  }

  /** What is known now, without a round trip: false from the moment a loss is noticed until the server is back. */
  isConnected(): boolean {
    return this.#connected;
  }

  isClosing(): boolean {
    return this.#draining !== undefined || this.connection.isClosed();
  }

  /** The server's largest message. */
  get maxPayload(): number {
    return this.connection.info?.max_payload ?? 1024 * 1024;
  }

  /** Calls back after each return of the server: what it had stored may be gone. */
  onReconnect(listener: () => void): Stoppable {
    this.#reconnectListeners.add(listener);
    return { stop: () => void this.#reconnectListeners.delete(listener) };
  }

  /** Waits for the server at most that long; says whether it is there. */
  async waitUntilConnected(timeoutMs: number): Promise<boolean> {
    if (this.#connected) return true;
    const reconnected = Promise.withResolvers<void>();
    const listening = this.onReconnect(() => reconnected.resolve());
    await settledWithin(reconnected.promise, timeoutMs);
    listening.stop();
    return this.#connected;
  }

  /** An announcement: at most once, to whoever listens now. Never blocks, never fails; lost while the server is away. */
  publishJson(subject: string, value: unknown): void {
    if (this.isClosing()) return;
    this.connection.publish(subject, JSON.stringify(value));
  }

  /**
   * Hears the announcements on a subject (wildcards allowed), also after reconnects. What is not JSON is logged and dropped;
   * a listener that throws is logged.
   */
  subscribe(subject: string, listener: (subject: string, value: unknown) => void, options: { queue?: string } = {}): Stoppable {
    const subscription = this.connection.subscribe(subject, {
      ...options,
      callback: (error, message) => {
        if (error !== null) {
          this.logger.error({ err: error, topic: subject }, 'a subscription ended');
          return;
        }
        try {
          listener(message.subject, message.json());
        } catch (thrown) {
          this.logger.error({ err: thrown, topic: message.subject }, 'an announcement was dropped');
        }
      },
    });
    return { stop: () => subscription.unsubscribe() };
  }

  /**
   * Whether somebody listens to a subject, as far as the server knows: false only where it says that nobody does. Nobody is known to
   * be away right after a return of the server, since others come back to it later.
   */
  async isHeard(subject: string): Promise<boolean> {
    if (!this.#connected || performance.now() - this.#connectedAt < OTHERS_BACK_MS) return true;
    try {
      await this.connection.request(subject, JSON.stringify(null), { timeout: NOBODY_TIMEOUT_MS });
      return true;
    } catch (error) {
      return !(error instanceof RequestError && error.isNoResponders());
    }
  }

  /** Hands over what was published and heard, then closes. Safe to call twice; ends at once when the server is away. */
  drain(): Promise<void> {
    this.#draining ??= this.#connected ? this.connection.drain().catch(() => this.connection.close()) : this.connection.close();
    return this.#draining;
  }

  async #followStatus(): Promise<void> {
    for await (const status of this.connection.status()) {
      this.#log(status);
      if (status.type === 'disconnect') this.#connected = false;
      if (status.type === 'reconnect') {
        this.#connected = true;
        this.#connectedAt = performance.now();
        for (const listener of this.#reconnectListeners) listener();
      }
    }
  }

  #log(status: Status): void {
    switch (status.type) {
      case 'disconnect':
      case 'staleConnection':
        this.logger.warn({ status: status.type }, 'the bus is away');
        break;
      case 'reconnect':
        this.logger.info({ status: status.type, server: status.server }, 'the bus is back');
        break;
      case 'error':
        this.logger.error({ err: status.error }, 'the bus reported an error');
        break;
      case 'slowConsumer':
        this.logger.warn({ pending: status.pending }, 'a subscription is read too slowly');
        break;
      default:
        this.logger.debug({ status: status.type }, 'bus status');
    }
  }
}

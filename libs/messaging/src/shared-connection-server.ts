import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core';
import { type NatsOptions, ServerNats } from '@nestjs/microservices';

import type { Bus } from './connection.ts';
import { settledWithin } from './wait.ts';

/** Within the "answer" phase of a service's stop. */
const STOP_GRACE_MS = 2000;

type Options = Required<NatsOptions>['options'];

/** Nest's NATS server on the process's one connection, which it leaves open when it closes. */
export class SharedConnectionServer extends ServerNats {
  readonly #bus: Bus;
  readonly #queue: string;
  readonly #subscriptions: Subscription[] = [];
  readonly #inHand = new Set<Promise<unknown>>();

  constructor(bus: Bus, queue: string, formats: Pick<Options, 'serializer' | 'deserializer'> = {}) {
    super({ queue, ...formats });
    this.#bus = bus;
    this.#queue = queue;
  }

  override async createNatsClient(): Promise<NatsConnection> {
    return this.#bus.connection;
  }

  /** The bus logs its own status. */
  override async handleStatusUpdates(): Promise<void> {}

  /** Listening once the server has taken the subscriptions; whoever is told so may ask at once. */
  override start(callback: (error?: unknown) => void): void {
    const { connection } = this.#bus;
    this.bindEvents(connection);
    // A connection that is lost meanwhile subscribes again by itself when it is back.
    connection.flush().then(
      () => callback(),
      () => callback(),
    );
  }

  override bindEvents(connection: NatsConnection): void {
    for (const subject of this.getHandlers().keys()) {
      const answer = this.getMessageHandler(subject);
      const callback = (error: Error | null, message: Msg): void => {
        const answering: Promise<unknown> = answer(error, message);
        this.#inHand.add(answering);
        void answering.finally(() => this.#inHand.delete(answering));
      };
      this.#subscriptions.push(connection.subscribe(subject, { queue: this.#queue, callback }));
    }
  }

  /** Its own looks at each subject whether it is JSON, by an error each. */
  override getRouteFromPattern(pattern: string): string {
    return pattern;
  }

  /** Nest would sleep ten seconds here, or cut what is in hand. */
  override async close(): Promise<void> {
    const subscriptions = this.#subscriptions.splice(0);
    if (this.#bus.isConnected()) await Promise.all(subscriptions.map((subscription) => subscription.drain()));
    await settledWithin(Promise.all(this.#inHand), STOP_GRACE_MS);
  }
}

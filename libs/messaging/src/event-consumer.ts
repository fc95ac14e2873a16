import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { EventContract } from '@otterpost/contracts/message';

import type { Bus, Stoppable } from './connection.ts';
import { ensureStream, type StreamSpec, streamOf } from './streams.ts';
import { wait } from './wait.ts';

/** An event whose holder died is given to another after this long; whoever lives says so in time. */
export const ACK_WAIT_MS = 5000;
/** What one pull may bring: well under the server's 64 MiB for a slow client, past which it stalls (MEASURED). */
const PULL_BYTES = 16 * 1024 * 1024;
const PULL_EXPIRES_MS = 10_000;
const REOPEN_PAUSE_MS = 200;

export interface EventConsumerOptions {
  readonly bus: Bus;
  /** The durable consumer's name: all replicas of a service share it, and its events. */
  readonly durable: string;
  readonly contract: EventContract;
  /** Events that all replicas together may hold unacknowledged. */
  readonly maxAckPending: number;
  readonly onMessage: (delivery: Delivery) => void;
}

/** An event in hand, and whether answering it still means that event. */
export interface Delivery {
  readonly message: JsMsg;
  /** The making of the stream it came from: sequences begin again in a stream that was made anew. */
  readonly streamCreated: string;
}

/**
 * One durable consumer, kept open for good: after each return of the server, and when stream or consumer are gone, both are
 * made again and consumption goes on.
 */
export class EventConsumer {
  readonly #options: EventConsumerOptions;
  readonly #spec: StreamSpec;
  readonly #stopping = new AbortController();
  #messages: ConsumerMessages | undefined;
  /** The making of the stream as last verified; pending while that is not known. */
  #streamCreated = Promise.withResolvers<string>();
  #isVerified = false;
  /** The server was away since the consumer was opened. */
  #isStale = false;
  #reconnects: Stoppable | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: EventConsumerOptions) {
    this.#options = options;
    this.#spec = streamOf(options.contract);
  }

  /** Opens once, so that a fault in the declaration stops the start; then consumes until stopped. */
  async start(): Promise<void> {
    const first = await this.#open();
    this.#reconnects = this.#options.bus.onReconnect(() => this.#reopen());
    this.#running = this.#run(first);
  }

  /** No new event after this. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#reconnects?.stop();
    this.#messages?.stop();
    await this.#running;
  }

  /**
   * Whether an answer to this delivery would reach the event it means. Waits until the stream is known again after a loss of
   * the connection: in a stream made anew the same sequence is another event, and acknowledging it would lose that one.
   */
  async isCurrent({ streamCreated }: Delivery): Promise<boolean> {
    if (!this.#options.bus.isConnected()) this.#lose();
    return (await this.#streamCreated.promise) === streamCreated;
  }

  #lose(): void {
    if (!this.#isVerified) return;
    this.#isVerified = false;
    this.#streamCreated = Promise.withResolvers();
  }

  #reopen(): void {
    this.#lose();
    this.#isStale = true;
    this.#messages?.stop();
  }

  async #open(): Promise<ConsumerMessages> {
    const { bus, durable, contract, maxAckPending, onMessage } = this.#options;
    this.#isStale = false;
    const { created } = await ensureStream(bus, this.#spec);
    await bus.manager.consumers.add(this.#spec.name, {
      durable_name: durable,
      filter_subject: contract.subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // Without end: the server would leave an event that passed a limit in the stream, seen by nobody. We bury it.
      max_deliver: -1,
      max_ack_pending: maxAckPending,
    });
    const consumer = await bus.jetstream.consumers.get(this.#spec.name, durable);
    this.#isVerified = true;
    this.#streamCreated.resolve(created);
    return consumer.consume({
      max_bytes: PULL_BYTES,
      expires: PULL_EXPIRES_MS,
      abort_on_missing_resource: true,
      callback: (message) => onMessage({ message, streamCreated: created }),
    });
  }

  async #run(first: ConsumerMessages): Promise<void> {
    const { bus, durable } = this.#options;
    let messages: ConsumerMessages | undefined = first;
    while (!this.#stopping.signal.aborted) {
      try {
        messages ??= await this.#open();
        this.#messages = messages;
        if (this.#isStale || this.#stopping.signal.aborted) messages.stop();
        const error = await messages.closed();
        if (error instanceof Error) throw error;
      } catch (error) {
        if (this.#stopping.signal.aborted || bus.isClosing()) return;
        bus.logger.warn({ err: error, stream: this.#spec.name, consumer: durable }, 'the consumer was lost; opening it again');
        await wait(REOPEN_PAUSE_MS, this.#stopping.signal);
      }
      this.#lose();
      messages = undefined;
    }
  }
}

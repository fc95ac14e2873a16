import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices';
import { Server } from '@nestjs/microservices';
import type { EventContract } from '@otterpost/contracts/message';
import { isObservable, lastValueFrom } from 'rxjs';

import type { Bus } from './connection.ts';
import { messageIdOf } from './dead-letters.ts';
import { decodeEvent } from './event-codec.ts';
import { type Delivery, EventConsumer } from './event-consumer.ts';
import { EventWorker } from './event-worker.ts';
import { type EventContext, type EventExtras, JETSTREAM } from './on-event.ts';
import { MAX_DELIVERIES } from './retry-plan.ts';
import type { PayloadSealer } from './sealer.ts';
import { streamOf } from './streams.ts';
import { StreamTrimmer } from './trim-stream.ts';

const TRIM_EVERY_MS = 2000;
/** Within the "answer" phase of a service's stop. */
const STOP_GRACE_MS = 2000;

export interface JetStreamStrategyOptions {
  readonly bus: Bus;
  readonly sealer: PayloadSealer;
  /** Names the durable consumers: all replicas of a service share its events. */
  readonly service: string;
  /** What this service takes. Each needs exactly one `@OnEvent` method, or the start fails. */
  readonly consumes: readonly EventContract[];
  /** Events of one contract that are handled at a time in this process. */
  readonly concurrency?: number;
  /** Events of one contract that all replicas together may hold unacknowledged. */
  readonly maxAckPending?: number;
  /** Deliveries after which an event that keeps failing with a `later` code is dead-lettered. */
  readonly maxDeliveries?: number;
}

/**
 * Nest's door to our streams: `@OnEvent` methods become handlers of durable consumers. Use as
 * `app.connectMicroservice({ strategy: new JetStreamStrategy({...}) })`.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override transportId = JETSTREAM;
  /** Failures reach the strategy, which decides about them; Nest need not log them. */
  override propagatesEventHandlerErrors = true;
  readonly #options: JetStreamStrategyOptions;
  readonly #lanes: { consumer: EventConsumer; worker: EventWorker }[] = [];
  #trimming: NodeJS.Timeout | undefined;

  constructor(options: JetStreamStrategyOptions) {
    super();
    this.#options = options;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      const handlers = this.#options.consumes.map((contract) => ({ contract, handler: this.#handlerOf(contract) }));
      this.#refuseUndeclared();
      for (const { contract, handler } of handlers) await this.#open(contract, handler);
      this.#trimRegularly();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Takes no new events, ends those in hand, gives back the rest. The bus itself stays open. */
  async close(): Promise<void> {
    clearInterval(this.#trimming);
    await Promise.all(
      this.#lanes.splice(0).map(async ({ consumer, worker }) => {
        await consumer.stop();
        await worker.stop(STOP_GRACE_MS);
      }),
    );
  }

  on(): never {
    throw new Error('The bus tells its state itself: Bus.isConnected, Bus.onReconnect');
  }

  unwrap<T>(): T {
    return this.#options.bus.connection as T;
  }

  #handlerOf(contract: EventContract): MessageHandler {
    const handler = this.getHandlerByPattern(contract.subject);
    if (handler === null)
      throw new Error(`${this.#options.service} consumes ${contract.subject} but has no @OnEvent method for it`);
    if (handler.next !== undefined) throw new Error(`${this.#options.service} has two @OnEvent methods for ${contract.subject}`);
    return handler;
  }

  #refuseUndeclared(): void {
    const declared = new Set(this.#options.consumes.map(({ subject }) => subject));
    for (const [pattern, handler] of this.getHandlers()) {
      const { contract } = (handler.extras ?? {}) as Partial<EventExtras>;
      if (contract !== undefined && !declared.has(contract.subject)) {
        throw new Error(`${this.#options.service} has an @OnEvent method for ${pattern} but does not declare to consume it`);
      }
    }
  }

  async #open(contract: EventContract, handler: MessageHandler): Promise<void> {
    const { bus, service, concurrency = 16, maxAckPending = 128, maxDeliveries = MAX_DELIVERIES } = this.#options;
    const worker: EventWorker = new EventWorker({
      bus,
      concurrency,
      maxDeliveries,
      handle: (delivery) => this.#handle(contract, handler, delivery),
      isCurrent: (delivery) => consumer.isCurrent(delivery),
    });
    const consumer: EventConsumer = new EventConsumer({
      bus,
      durable: service,
      contract,
      maxAckPending,
      onMessage: (delivery) => worker.take(delivery),
    });
    await consumer.start();
    this.#lanes.push({ consumer, worker });
  }

  /** Waits for the handler's end, unlike the base class's `handleEvent`. */
  async #handle(contract: EventContract, handler: MessageHandler, { message }: Delivery): Promise<void> {
    const payload = decodeEvent(contract, message.data, this.#options.sealer);
    const context: EventContext = {
      messageId: messageIdOf(message),
      redelivered: message.redelivered,
      deliveryCount: message.info.deliveryCount,
      publishedAt: message.time,
      stream: message.info.stream,
      sequence: message.seq,
    };
    const outcome: unknown = await handler(payload, context);
    if (isObservable(outcome)) await lastValueFrom(outcome, { defaultValue: undefined });
  }

  #trimRegularly(): void {
    const { bus, consumes } = this.#options;
    const trimmers = [...new Set(consumes.map(streamOf))].map((spec) => new StreamTrimmer(bus, spec));
    this.#trimming = setInterval(() => {
      if (!bus.isConnected()) return;
      for (const trimmer of trimmers) {
        trimmer.trim(performance.now()).catch((error: unknown) => bus.logger.debug({ err: error }, 'a stream was not trimmed'));
      }
    }, TRIM_EVERY_MS).unref();
  }
}

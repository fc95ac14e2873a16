import { Failure, toFailure } from '@otterpost/contracts/failure';

import type { Bus } from './connection.ts';
import { bury, messageIdOf } from './dead-letters.ts';
import { ACK_WAIT_MS, type Delivery } from './event-consumer.ts';
import { MAX_UNTRIED_DELIVERIES, planRetry, type Verdict } from './retry-plan.ts';
import { settledWithin, wait } from './wait.ts';

/** A handler that takes longer is hung: its event goes on without it. */
const HANDLER_DEADLINE_MS = 60_000;
const SIGN_OF_LIFE_MS = ACK_WAIT_MS / 3;
const GIVE_BACK_AFTER_FAULT_MS = 1000;

export interface EventWorkerOptions {
  readonly bus: Bus;
  readonly concurrency: number;
  readonly maxDeliveries: number;
  /** Reads and handles one event. Its failure decides what becomes of the event. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  readonly isCurrent: (delivery: Delivery) => Promise<boolean>;
}

/** The events that this process has in hand: so many in work at a time, all of them kept alive, each answered once. */
export class EventWorker {
  readonly #options: EventWorkerOptions;
  readonly #held = new Map<string, Delivery>();
  readonly #waiting: Delivery[] = [];
  readonly #stopping = new AbortController();
  readonly #signs: NodeJS.Timeout;
  #givingSigns = false;
  #inWork = 0;
  #idle = Promise.withResolvers<void>();

  constructor(options: EventWorkerOptions) {
    this.#options = options;
    this.#signs = setInterval(() => void this.#giveSigns(), SIGN_OF_LIFE_MS).unref();
  }

  take(delivery: Delivery): void {
    const key = `${delivery.streamCreated}:${delivery.message.seq}`;
    // After a frozen server thaws it gives out again what we still hold; one answer is enough.
    if (this.#held.has(key)) return;
    if (this.#stopping.signal.aborted) {
      delivery.message.nak();
      return;
    }
    this.#held.set(key, delivery);
    this.#waiting.push(delivery);
    this.#next();
  }

  /** Gives back what is not begun, lets what is begun end, at most that long. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    for (const delivery of this.#waiting.splice(0)) delivery.message.nak();
    if (this.#inWork > 0) await settledWithin(this.#idle.promise, graceMs);
    clearInterval(this.#signs);
  }

  #next(): void {
    while (this.#inWork < this.#options.concurrency) {
      const delivery = this.#waiting.shift();
      if (delivery === undefined) return;
      this.#inWork++;
      void this.#work(delivery).finally(() => {
        this.#held.delete(`${delivery.streamCreated}:${delivery.message.seq}`);
        this.#inWork--;
        if (this.#inWork === 0 && this.#stopping.signal.aborted) this.#idle.resolve();
        this.#next();
      });
    }
  }

  async #work(delivery: Delivery): Promise<void> {
    const { bus, isCurrent } = this.#options;
    const { message } = delivery;
    try {
      const failed = await this.#handle(delivery);
      if (!(await isCurrent(delivery))) return;
      if (failed === undefined) message.ack();
      else if (failed.verdict.kind === 'giveBack') message.nak(failed.verdict.inMs);
      else {
        await bury(bus, message, failed.failure);
        message.term();
      }
    } catch (error) {
      bus.logger.error({ err: error, messageId: messageIdOf(message) }, 'an event could not be put aside; it will come again');
      message.nak(GIVE_BACK_AFTER_FAULT_MS);
    }
  }

  /** Handles it, in place again and again as long as the plan says so. */
  async #handle(delivery: Delivery): Promise<{ failure: Failure; verdict: Exclude<Verdict, { kind: 'again' }> } | undefined> {
    const { maxDeliveries, handle } = this.#options;
    const { deliveryCount } = delivery.message.info;
    if (deliveryCount > MAX_UNTRIED_DELIVERIES) {
      const failure = new Failure('internal', {
        detail: `Given up untried after ${deliveryCount - 1} deliveries without an answer`,
      });
      return { failure, verdict: { kind: 'bury' } };
    }
    const began = performance.now();
    for (let tries = 1; ; tries++) {
      const failure = await withDeadline(() => handle(delivery)).then(() => undefined, toFailure);
      if (failure === undefined) return undefined;
      const verdict = planRetry({ failure, deliveryCount, tries, heldForMs: performance.now() - began, maxDeliveries });
      this.#log(delivery, failure, verdict, tries);
      if (verdict.kind !== 'again') return { failure, verdict };
      await wait(verdict.inMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return { failure, verdict: { kind: 'giveBack', inMs: 0 } };
    }
  }

  #log({ message }: Delivery, failure: Failure, verdict: Verdict, tries: number): void {
    const fields = {
      event: message.subject,
      messageId: messageIdOf(message),
      code: failure.code,
      deliveryCount: message.info.deliveryCount,
      tries,
      ...verdict,
      context: failure.context,
      err: failure,
    };
    if (verdict.kind === 'bury') this.#options.bus.logger.error(fields, 'an event is dead-lettered');
    else this.#options.bus.logger.warn(fields, 'an event will be tried again');
  }

  /** Tells the server that every event in hand is still cared for. */
  async #giveSigns(): Promise<void> {
    if (this.#givingSigns || !this.#options.bus.isConnected()) return;
    this.#givingSigns = true;
    for (const delivery of this.#held.values()) {
      if (await this.#options.isCurrent(delivery)) delivery.message.working();
    }
    this.#givingSigns = false;
  }
}

async function withDeadline(work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Failure('internal', { detail: `The handler did not end within ${HANDLER_DEADLINE_MS} ms` }));
    }, HANDLER_DEADLINE_MS);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

import type { Msg, NatsConnection } from '@nats-io/nats-core';

/** NATS's own answer in nobody's name. */
const NO_RESPONDERS = 503;

type Answer = { kind: 'message'; message: Msg } | { kind: 'nobody' } | { kind: 'late' };

/**
 * One subject for the replies to all requests of a connection. Nest's client subscribes to a new one for each request, which costs the
 * server more than the request does; nats.js makes an error for each, which costs the asker more than its JSON does.
 */
export class ReplyInbox {
  readonly #connection: NatsConnection;
  readonly #prefix: string;
  readonly #awaited = new Map<string, (answer: Answer) => void>();
  #asked = 0;
  #turn: Promise<void> | undefined;

  /** `inbox` is the connection's own, by `createInbox`: it cannot be guessed. */
  constructor(connection: NatsConnection, inbox: string) {
    this.#connection = connection;
    this.#prefix = `${inbox}.`;
    connection.subscribe(`${inbox}.*`, {
      // An error tells that the subscription ends with its connection: whoever waits learns that by its deadline.
      callback: (error, message) => {
        if (error === null) this.#read(message);
      },
    });
  }

  async ask(subject: string, packet: string, { timeoutMs, isUrgent }: { timeoutMs: number; isUrgent: boolean }): Promise<Answer> {
    const token = String(++this.#asked);
    const began = performance.now();
    if (!isUrgent) await this.#turnEnd();
    return new Promise((resolve) => {
      const end = (answer: Answer): void => {
        clearTimeout(timer);
        this.#awaited.delete(token);
        resolve(answer);
      };
      const timer = setTimeout(() => end({ kind: 'late' }), timeoutMs - (performance.now() - began));
      this.#awaited.set(token, end);
      this.#connection.publish(subject, packet, { reply: this.#prefix + token });
    });
  }

  /** What is asked in one turn of the event loop leaves by one write: a busy gateway reads many requests in a turn. */
  #turnEnd(): Promise<void> {
    this.#turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = undefined;
        resolve();
      });
    });
    return this.#turn;
  }

  #read(message: Msg): void {
    const isNobodys = message.data.length === 0 && message.headers?.code === NO_RESPONDERS;
    this.#awaited.get(message.subject.slice(this.#prefix.length))?.(
      isNobodys ? { kind: 'nobody' } : { kind: 'message', message },
    );
  }
}

import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { QueuedIterator } from '@nats-io/nats-core';

import type { Bus, Stoppable } from './connection.ts';
import { wait } from './wait.ts';

const REOPEN_PAUSE_MS = 200;

export interface BucketWatchOptions {
  readonly bus: Bus;
  readonly open: () => Promise<KV>;
  readonly onEntry: (entry: KvWatchEntry) => void;
  /** The present entries are about to be told anew. */
  readonly onRestart: () => void;
}

/** Follows a bucket for good; begins anew after each return of the server. */
export class BucketWatch implements Stoppable {
  readonly #options: BucketWatchOptions;
  readonly #stopping = new AbortController();
  readonly #reconnects: Stoppable;
  #entries: QueuedIterator<KvWatchEntry> | undefined;

  constructor(options: BucketWatchOptions) {
    this.#options = options;
    this.#reconnects = options.bus.onReconnect(() => this.#entries?.stop());
  }

  /** Resolves when the present entries have been told. */
  async start(): Promise<void> {
    const told = Promise.withResolvers<void>();
    void this.#follow(await this.#begin(), told.resolve);
    await told.promise;
  }

  stop(): void {
    this.#stopping.abort();
    this.#reconnects.stop();
    this.#entries?.stop();
  }

  async #begin(): Promise<{ entries: QueuedIterator<KvWatchEntry>; present: number }> {
    const bucket = await this.#options.open();
    const { values } = await bucket.status();
    this.#entries = await bucket.watch();
    return { entries: this.#entries, present: values };
  }

  async #follow(first: { entries: QueuedIterator<KvWatchEntry>; present: number }, onTold: () => void): Promise<void> {
    const { bus, onEntry, onRestart } = this.#options;
    let { entries, present } = first;
    while (!this.#stopping.signal.aborted) {
      let told = 0;
      if (present === 0) onTold();
      for await (const entry of entries) {
        onEntry(entry);
        if (++told === present) onTold();
      }
      const again = await this.#beginAgain();
      if (again === undefined) return;
      ({ entries, present } = again);
      bus.logger.debug({ present }, 'a bucket is followed anew');
      onRestart();
    }
  }

  async #beginAgain(): Promise<{ entries: QueuedIterator<KvWatchEntry>; present: number } | undefined> {
    while (!this.#stopping.signal.aborted && !this.#options.bus.isClosing()) {
      try {
        return await this.#begin();
      } catch (error) {
        this.#options.bus.logger.warn({ err: error }, 'a bucket cannot be followed yet; trying again');
        await wait(REOPEN_PAUSE_MS, this.#stopping.signal);
      }
    }
    return undefined;
  }
}

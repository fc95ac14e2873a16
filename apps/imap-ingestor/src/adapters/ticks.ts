const TICK_MS = 250;
/** What is to be waited for this short is waited for exactly. */
const SHORT_MS = 8 * TICK_MS;

/**
 * Waits that may end a quarter of a second late, and then end together. Thousands of idle mailboxes look every half minute: each at a moment of
 * its own, it is done with cold caches, and most of what it costs is to wake up; in company it costs half.
 */
export class Ticks {
  readonly #due = new Map<number, Set<() => void>>();
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  /** Calls back once, `ms` from now or at the next tick after that; gives what forgets it. */
  after(ms: number, callback: () => void): () => void {
    if (ms < SHORT_MS) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    }
    const tick = Math.ceil((performance.now() + ms) / TICK_MS);
    const waiting = this.#due.get(tick) ?? new Set();
    if (waiting.size === 0) this.#due.set(tick, waiting);
    waiting.add(callback);
    this.#start();
    return () => this.#forget(tick, callback);
  }

  #start(): void {
    if (this.#timer !== undefined) return;
    this.#last = Math.floor(performance.now() / TICK_MS);
    this.#waitForNext();
  }

  #waitForNext(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), (this.#last + 1) * TICK_MS - performance.now());
  }

  #run(): void {
    const now = performance.now() / TICK_MS;
    while (this.#last + 1 <= now) {
      this.#last += 1;
      const due = this.#due.get(this.#last);
      this.#due.delete(this.#last);
      for (const callback of due ?? []) callback();
    }
    this.#waitForNext();
    this.#rest();
  }

  #forget(tick: number, callback: () => void): void {
    const waiting = this.#due.get(tick);
    waiting?.delete(callback);
    if (waiting?.size === 0) this.#due.delete(tick);
    this.#rest();
  }

  #rest(): void {
    if (this.#due.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

export interface LoginGateOptions {
  /** Logins that a host sees begin from us in a second. */
  readonly perSecond: number;
  /** Logins that are under way at a host together: where each takes long, more of them would only make all of them too late. */
  readonly atOnce: number;
  /** Milliseconds by a clock that is never set. */
  readonly now: () => number;
  /** Waits; ends early, without a failure, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A token bucket, which a second fills, and the places of those who log in. */
interface Door {
  tokens: number;
  at: number;
  taken: number;
  readonly queue: Set<() => void>;
}

/** Logins that a provider sees from us: so many under way at once, so many begun a second (each host by itself). */
export class LoginGate {
  readonly #options: LoginGateOptions;
  readonly #doors = new Map<string, Door>();

  constructor(options: LoginGateOptions) {
    this.#options = options;
  }

  /** Logs in when it is this one's turn; rejects with the signal's reason where that is aborted before. */
  async inTurn<T>(host: string, signal: AbortSignal, logIn: () => Promise<T>): Promise<T> {
    const door = this.#doorOf(host);
    await this.#takePlace(door, signal);
    try {
      // After the place: who took a token and then waited for a place would begin in one moment with all who did the same.
      await this.#options.pause(this.#takeToken(door), signal);
      signal.throwIfAborted();
      return await logIn();
    } finally {
      this.#leave(door);
    }
  }

  #doorOf(host: string): Door {
    let door = this.#doors.get(host);
    if (door === undefined) {
      door = { tokens: this.#options.perSecond, at: this.#options.now(), taken: 0, queue: new Set() };
      this.#doors.set(host, door);
    }
    return door;
  }

  async #takePlace(door: Door, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (door.taken < this.#options.atOnce) {
      door.taken += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      door.queue.delete(resolve);
      reject(signal.reason);
    };
    door.queue.add(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  /** Gives the place to who has waited longest. */
  #leave(door: Door): void {
    const [next] = door.queue;
    if (next === undefined) {
      door.taken -= 1;
      return;
    }
    door.queue.delete(next);
    next();
  }

  /** Gives the milliseconds until the token is there. */
  #takeToken(door: Door): number {
    const { perSecond, now } = this.#options;
    const at = now();
    door.tokens = Math.min(perSecond, door.tokens + ((at - door.at) / 1000) * perSecond) - 1;
    door.at = at;
    return door.tokens >= 0 ? 0 : (-door.tokens / perSecond) * 1000;
  }
}

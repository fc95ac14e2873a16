/** Logins that a provider sees from us: so many at once, then so many a second (a token bucket for each host). */
export class LoginGate {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #hosts = new Map<string, { tokens: number; at: number }>();

  constructor(perSecond: number, now: () => number, burst: number = perSecond) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes a place in the queue of this host; gives the milliseconds until it is due. */
  admit(host: string): number {
    const now = this.#now();
    const bucket = this.#hosts.get(host) ?? { tokens: this.#burst, at: now };
    const tokens = Math.min(this.#burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond) - 1;
    this.#hosts.set(host, { tokens, at: now });
    return tokens >= 0 ? 0 : (-tokens / this.#perSecond) * 1000;
  }
}

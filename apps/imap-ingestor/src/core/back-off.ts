/** Waits between attempts: doubling up to a limit, spread so that many mailboxes of one host do not come back together. */
export class BackOff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(firstMs: number, mostMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#random = random;
  }

  /** How long to wait before the next attempt: between half and all of what is due. */
  nextMs(): number {
    const due = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#attempts);
    this.#attempts = Math.min(this.#attempts + 1, 30);
    return due * (0.5 + this.#random() / 2);
  }

  /** Only what has proven stable starts from the beginning again. */
  reset(): void {
    this.#attempts = 0;
  }
}

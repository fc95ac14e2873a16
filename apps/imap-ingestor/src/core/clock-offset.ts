const KEPT_SAMPLES = 20;
const NEEDED_SAMPLES = 3;
/** INTERNALDATE has whole seconds and a delivery takes a moment: less than this is no offset. */
const NOISE_MS = 3000;

/**
 * What to add to a server's INTERNALDATE to get our time, measured from mails that were announced as they came: the smallest
 * distance seen is the offset, since a delay only ever adds to it. Null until enough mails agree.
 */
export class ClockOffset {
  readonly #samples: number[] = [];

  add(internalDate: Date, noticedAt: Date): void {
    this.#samples.push(noticedAt.getTime() - internalDate.getTime());
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift();
  }

  get ms(): number | null {
    if (this.#samples.length < NEEDED_SAMPLES) return null;
    const least = Math.min(...this.#samples);
    const agreeing = this.#samples.filter((sample) => sample - least < NOISE_MS).length;
    if (agreeing < NEEDED_SAMPLES) return null;
    return Math.abs(least) < NOISE_MS ? 0 : least;
  }
}

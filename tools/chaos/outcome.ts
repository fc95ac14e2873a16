/** What a fault run did and what came of it. */
export interface ChaosOutcome {
  readonly faults: readonly object[];
  readonly counts: Readonly<Record<string, number>>;
  /** Something was lost, doubled or late. */
  readonly isBroken: boolean;
}

/** A small generator, so that a seed names one run. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

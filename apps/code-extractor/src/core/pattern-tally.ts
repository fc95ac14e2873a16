import type { CountedUse } from '@otterpost/contracts/site-requests';

import type { PatternOutcome } from './read-for-site.ts';

/** What became of mails of sites with patterns of their own, until it is told. */
export class PatternTally {
  #uses = new Map<string, CountedUse>();
  readonly #onCount: (slug: string, outcome: PatternOutcome) => void;

  constructor(onCount: (slug: string, outcome: PatternOutcome) => void = () => undefined) {
    this.#onCount = onCount;
  }

  count({ slug, revision }: Pick<CountedUse, 'slug' | 'revision'>, outcome: PatternOutcome, at: Date): void {
    const known = this.#uses.get(slug);
    const use = known?.revision === revision ? known : { ...NONE, slug, revision };
    use[outcome] += 1;
    if (outcome === 'matched') use.lastMatchedAt = at.toISOString();
    if (outcome === 'fellBack') use.lastFellBackAt = at.toISOString();
    this.#uses.set(slug, use);
    this.#onCount(slug, outcome);
  }

  /** What was counted since the last time; it counts again as untold when `tell` fails. */
  async tell(tell: (uses: CountedUse[]) => Promise<unknown>): Promise<void> {
    if (this.#uses.size === 0) return;
    const told = this.#uses;
    this.#uses = new Map();
    try {
      await tell([...told.values()].slice(0, MOST_AT_ONCE));
    } catch (error) {
      for (const use of told.values()) this.#takeBack(use);
      throw error;
    }
  }

  #takeBack(use: CountedUse): void {
    const since = this.#uses.get(use.slug);
    if (since === undefined) this.#uses.set(use.slug, use);
    else if (since.revision === use.revision) for (const outcome of OUTCOMES) since[outcome] += use[outcome];
  }
}

const MOST_AT_ONCE = 500;
const OUTCOMES = ['matched', 'fellBack', 'nothing', 'otherSubject'] as const satisfies readonly PatternOutcome[];
const NONE = { matched: 0, fellBack: 0, nothing: 0, otherSubject: 0, lastMatchedAt: null, lastFellBackAt: null };

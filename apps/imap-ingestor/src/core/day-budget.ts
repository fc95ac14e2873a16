import type { FetchBounds } from './folder-session.ts';

const KIBIBYTE = 1024;
const DAY_MS = 86_400_000;
/**
 * How a mailbox is used, by the part of its provider's daily bytes that is used up: from `AMPLE` on as always; then texts only, and no folder
 * but the inbox unless a ticket waits; at last what the header tells, so that the provider never cuts the mailbox off.
 */
const LEVELS = [
  { level: 'ample', upTo: 0.8, bounds: { source: 256 * KIBIBYTE, textParts: 256 * KIBIBYTE } },
  { level: 'tight', upTo: 0.97, bounds: { source: 8 * KIBIBYTE, textParts: 64 * KIBIBYTE } },
  { level: 'spent', upTo: Number.POSITIVE_INFINITY, bounds: { source: 4 * KIBIBYTE, textParts: 0 } },
] as const satisfies readonly { level: string; upTo: number; bounds: FetchBounds }[];
const SPENT = LEVELS[2];

export type BudgetLevel = (typeof LEVELS)[number]['level'];

/** The bytes that a provider lets one mailbox fetch in a day (UTC), and how many of them are used. */
export class DayBudget {
  readonly #host: string;
  readonly #limit: number | null;
  readonly #now: () => Date;
  #day: number;
  #used: number;

  constructor({
    host,
    limit,
    usedToday,
    now,
  }: {
    readonly host: string;
    readonly limit: number | null;
    readonly usedToday: number;
    readonly now: () => Date;
  }) {
    this.#host = host;
    this.#limit = limit;
    this.#now = now;
    this.#day = dayOf(now());
    this.#used = usedToday;
  }

  spend(bytes: number): void {
    this.#turnDay();
    this.#used += bytes;
  }

  get level(): BudgetLevel {
    return this.#find().level;
  }

  /** How much of a mail may be fetched now. */
  get bounds(): FetchBounds {
    return this.#find().bounds;
  }

  /** For a person; null while there is nothing to tell. */
  get warning(): string | null {
    const { level } = this.#find();
    if (level === 'ample') return null;
    const megabytes = Math.round((this.#limit ?? 0) / 1e6);
    const used = `of the ${megabytes} MB that ${this.#host} lets this mailbox fetch in a day are used`;
    return level === 'tight'
      ? `More than 80 % ${used}: until midnight UTC only texts are fetched, and other folders than the first while a ticket waits`
      : `Nearly all ${used}: until midnight UTC only the beginning of each mail is fetched; have other programs fetch less of it`;
  }

  #find(): (typeof LEVELS)[number] {
    this.#turnDay();
    const part = this.#limit === null ? 0 : this.#used / this.#limit;
    return LEVELS.find(({ upTo }) => part < upTo) ?? SPENT;
  }

  #turnDay(): void {
    const day = dayOf(this.#now());
    if (day === this.#day) return;
    this.#day = day;
    this.#used = 0;
  }
}

/** The day in UTC, counted from 1970. */
function dayOf(date: Date): number {
  return Math.floor(date.getTime() / DAY_MS);
}

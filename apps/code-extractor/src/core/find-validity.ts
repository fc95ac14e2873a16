import type { Sentence } from './sentences.ts';

const SECONDS = { minutes: 60, hours: 3600 } as const;
/** "10 minutes", "dakika 10", "10-minute": the number stands beside the unit. */
const BEFORE = /(\d{1,3})[ -]?\p{L}{0,4}[ -]?$/u;
const AFTER = /^ ?(\d{1,3})(?![\d:])/;

/** "Valid for 10 minutes", in seconds; null where no such sentence stands. */
export function findValidity(sentences: readonly Sentence[]): number | null {
  for (const sentence of sentences) {
    const seconds = spanOf(sentence);
    if (seconds !== null && sentence.says('valid', 'code', 'passcode', 'enter', 'given')) return seconds;
  }
  return null;
}

function spanOf({ text, words }: Sentence): number | null {
  for (const { notion, from, to } of words) {
    if (notion !== 'minutes' && notion !== 'hours') continue;
    const amount = BEFORE.exec(text.slice(0, from))?.[1] ?? AFTER.exec(text.slice(to))?.[1];
    if (amount !== undefined && Number(amount) > 0) return Number(amount) * SECONDS[notion];
  }
  return null;
}

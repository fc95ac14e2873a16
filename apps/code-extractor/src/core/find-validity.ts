import { findListed, type Word, type WordList, wordList } from './find-words.ts';
import { NUMBER_WORDS, PARTS_OF_AN_HOUR } from './lexicon/number-words.ts';
import type { Sentence } from './sentences.ts';

const SECONDS = { minutes: 60, hours: 3600 } as const;
/** "10 minutes", "dakika 10", "10-minute": the number stands beside the unit. */
const BEFORE = /(\d{1,3})[ -]?\p{L}{0,4}[ -]?$/u;
const AFTER = /^ ?(\d{1,3})(?![\d:])/;
const NUMBERS = listByNumber(NUMBER_WORDS);
const PARTS = listByNumber(PARTS_OF_AN_HOUR);

function listByNumber(words: Readonly<Record<number, string>>): readonly (readonly [number, WordList])[] {
  return Object.entries(words).map(([number, list]) => [Number(number), wordList([list])] as const);
}

/** "Valid for 10 minutes", "for half an hour", in seconds; null where no such sentence stands. */
export function findValidity(sentences: readonly Sentence[]): number | null {
  for (const sentence of sentences) {
    if (!sentence.says('valid', 'code', 'passcode', 'enter', 'given')) continue;
    const seconds = spanOf(sentence);
    if (seconds !== null) return seconds;
  }
  return null;
}

function spanOf({ text, words, says }: Sentence): number | null {
  const part = PARTS.find(([, list]) => findListed(list, text).length > 0);
  if (part !== undefined) return part[0] * SECONDS.minutes;
  for (const word of words) {
    if (word.notion !== 'minutes' && word.notion !== 'hours') continue;
    const amount = amountBeside(text, word);
    // "It came a minute ago".
    if (amount > 1 || (amount === 1 && says('valid'))) return amount * SECONDS[word.notion];
  }
  return null;
}

function amountBeside(text: string, { from, to }: Word): number {
  const before = text.slice(0, from);
  const digits = BEFORE.exec(before)?.[1] ?? AFTER.exec(text.slice(to))?.[1];
  return digits === undefined ? numberAtEnd(before) : Number(digits);
}

/** "ten", right before the unit; of "twenty-five" and "five" the longer; 0 for none. */
function numberAtEnd(text: string): number {
  let best = { number: 0, from: text.length };
  for (const [number, list] of NUMBERS) {
    for (const { from, to } of findListed(list, text)) {
      if (/^[ -]?$/.test(text.slice(to)) && from < best.from) best = { number, from };
    }
  }
  return best.number;
}

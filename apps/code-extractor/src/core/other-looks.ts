import type { Token } from './candidates.ts';
import { findListed, type WordList, wordList } from './find-words.ts';
import { ENDING_IN, ENDING_IN_AFTER, FOR_EXAMPLE } from './lexicon/number-contexts.ts';
import type { Place } from './place.ts';

const ENDING_WORDS = wordList(Object.values(ENDING_IN));
const ENDING_WORDS_AFTER = wordList(Object.values(ENDING_IN_AFTER));
const EXAMPLE_WORDS = wordList(Object.values(FOR_EXAMPLE));
/** So near a number stands what is said of it. */
const CONTEXT = 120;
const LARGEST_GAP = 6;

/** "Card ending in 4417", "4417 ile biten kart", "**** 4417". */
function isTail({ before, after }: Sight): boolean {
  if (/[*x•]{2,}[\s:]*$/iu.test(before) || endsInListed(ENDING_WORDS, before)) return true;
  return findListed(ENDING_WORDS_AFTER, after).some(({ from }) => from <= LARGEST_GAP);
}

/** Whether nothing but marks stands after a word of the list. */
function endsInListed(list: WordList, text: string): boolean {
  return findListed(list, text).some(({ to }) => !/[\p{L}\d]/u.test(text.slice(to)));
}

const MONEY =
  /[$€£¥₽₹₺₴₩₫]|\b(?:usd|eur|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|rub|uah|try|inr|idr|vnd|cny|jpy|krw|brl|mxn|zł|kr|kč|ft|lei|руб|грн)\b|円|元/iu;
const MONEY_NEAR = 5;

export interface Look {
  readonly weight: number;
  readonly reason: string;
}

/** A token with what stands in its sentence shortly before and after it. */
interface Sight {
  readonly token: Token;
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

const LOOKS: readonly (Look & { readonly is: (sight: Sight) => boolean })[] = [
  { weight: -0.7, reason: 'it is the end of a longer number', is: isTail },
  { weight: -0.6, reason: 'it is a group of a long key', is: isGroupOfKey },
  { weight: -0.5, reason: 'it is an example', is: ({ before }) => endsInListed(EXAMPLE_WORDS, before) },
  { weight: -0.4, reason: 'its sentence is a question', is: ({ text }) => /[?？؟]["”»)]{0,3}$/.test(text) },
  { weight: -0.5, reason: 'somebody is quoted', is: isQuoted },
  { weight: -0.5, reason: 'it is a round number', is: isRound },
  { weight: -0.6, reason: 'its line is a footer', is: ({ text }) => /[©®]/.test(text) },
  { weight: -0.3, reason: 'it looks like a year', is: ({ token }) => /^(19|20)\d\d$/.test(token.text) },
  { weight: -0.5, reason: 'day and month stand before it', is: isYearOfDate },
  { weight: -0.3, reason: 'it looks like a date', is: ({ token }) => /^20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/.test(token.text) },
  { weight: -0.6, reason: 'it is a sum of money', is: isMoney },
  {
    weight: -0.2,
    reason: 'its line has other numbers',
    is: ({ token, text }) => !/\d/.test(token.value) && /\d{1,2}[.:/]\d{2}|\d[.,]\d{2}(?!\d)/.test(text),
  },
  {
    weight: -0.6,
    reason: 'its line speaks of a discount',
    is: ({ token, text }) => !/^\d+$/.test(token.value) && /[%٪％]/.test(text),
  },
  { weight: -0.5, reason: 'it stands in an address', is: isAddress },
  {
    weight: -0.5,
    reason: 'it is part of a longer number',
    is: ({ before }) => /\+?\(?\d{1,4}\)?[ -]?$/.test(before) && !/[:：]\s*$/.test(before),
  },
];

/** What a token looks like that is no code. */
export function looksLikeAnother({ token, sentence: { text } }: Place): readonly Look[] {
  const before = text.slice(Math.max(0, token.from - CONTEXT), token.from);
  const sight = { token, text, before, after: text.slice(token.to, token.to + CONTEXT) };
  return LOOKS.filter(({ is }) => is(sight));
}

/** Bob: "The code 4471 did not work." A code that stands in the quotation marks by itself is shown. */
function isQuoted({ before, after }: Sight): boolean {
  return /[“„«"][^“”„«»"]*\p{L}[^“”„«»"]*$/u.test(before) && /^[^“”„«»"]*[”“»"]/u.test(after);
}

function isRound({ token, before, after }: Sight): boolean {
  return /^\d+000$/.test(token.value) && /\p{L}/u.test(before) && /^ ?\p{L}/u.test(after);
}

/** "24 Nov", "24. listopadu", "24 de noviembre de", "November 24,". */
const DAY_AND_MONTH = /(?:\d{1,2}(?:st|nd|rd|th)?\.?(?: de)? \p{L}{3,12}\.?|\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?),?(?: de)? $/u;

function isYearOfDate({ token, before }: Sight): boolean {
  return /^(19|20)\d\d$/.test(token.text) && DAY_AND_MONTH.test(before);
}

function isMoney({ before, after }: Sight): boolean {
  const isLed = !/[:：]\s*$/.test(before) && MONEY.test(before.slice(-MONEY_NEAR));
  return isLed || MONEY.test(after.slice(0, MONEY_NEAR));
}

/** "JBSW Y3DP EHPK 3PXP". */
function isGroupOfKey({ token: { text }, before, after }: Sight): boolean {
  if (!/[A-Z\d]{3} $/.test(before.slice(-4)) && !/^ [A-Z\d]{3}/.test(after)) return false;
  const group = `[A-Z\\d]{${text.length}}`;
  const beside = new RegExp(`(?:${group} ){2,}$`).exec(before)?.[0] ?? new RegExp(`^(?: ${group}){2,}(?![\\w])`).exec(after)?.[0];
  return beside !== undefined && /\d/.test(text + beside);
}

/** "San Francisco, CA 94105", "1600 Harbour Street", "10115 Berlin". */
function isAddress({ before, after }: Sight): boolean {
  if (/,\s*[A-Z]{2}\.?\s+$/.test(before) || /,\s*$/.test(before)) return true;
  return (before === '' || /, $/.test(before)) && /^ \p{Lu}\p{Ll}+(?: \p{Lu}[\p{L}.]*)*(?:$|[,.])/u.test(after);
}

import type { Token } from './candidates.ts';
import type { Place } from './evidence.ts';

const TAIL = /(?:ending(?: in| with)?|ends (?:in|with)|last (?:four|4)(?: digits)?|[*x•]{2,})[\s:]*$/iu;
/** "4417 ile biten kart": where the verb comes last. */
const TAIL_AFTER = /^\D{0,6}(?:biten|bitən|végződő|végű|päättyv|lõppev|끝나는|से समाप्त|で終わる)/u;
const MONEY =
  /[$€£¥₽₹₺₴₩₫]|\b(?:usd|eur|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|rub|uah|try|inr|idr|vnd|cny|jpy|krw|brl|mxn|zł|kr|kč|ft|lei|руб|грн)\b|円|元/iu;
const MONEY_NEAR = 5;

export interface Look {
  readonly weight: number;
  readonly reason: string;
}

/** What a token looks like that is no code. */
export function looksLikeAnother({ token, sentence }: Place): Look[] {
  const { text } = sentence;
  const before = text.slice(0, token.from);
  const after = text.slice(token.to);
  const looks: Look[] = [];
  if (TAIL.test(before) || TAIL_AFTER.test(after)) looks.push({ weight: -0.7, reason: 'it is the end of a longer number' });
  if (isGroupOfKey(token, before, after)) looks.push({ weight: -0.6, reason: 'it is a group of a long key' });
  if (FOR_EXAMPLE.test(before)) looks.push({ weight: -0.5, reason: 'it is an example' });
  if (/[?？؟]["”»)]*$/.test(after)) looks.push({ weight: -0.4, reason: 'its sentence is a question' });
  if (/^\d+000$/.test(token.value) && /\p{L}/u.test(before) && /^ ?\p{L}/u.test(after))
    looks.push({ weight: -0.5, reason: 'it is a round number' });
  if (/[©®]/.test(text)) looks.push({ weight: -0.6, reason: 'its line is a footer' });
  if (/^(19|20)\d\d$/.test(token.text))
    looks.push({ weight: DAY_AND_MONTH.test(before) ? -0.8 : -0.3, reason: 'it looks like a year' });
  if (/^20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/.test(token.text)) looks.push({ weight: -0.3, reason: 'it looks like a date' });
  if ((!/[:：]\s*$/.test(before) && MONEY.test(before.slice(-MONEY_NEAR))) || MONEY.test(after.slice(0, MONEY_NEAR)))
    looks.push({ weight: -0.6, reason: 'it is a sum of money' });
  if (/\d{1,2}[.:/]\d{2}|\d[.,]\d{2}(?!\d)/.test(text) && !/\d/.test(token.value))
    looks.push({ weight: -0.2, reason: 'its line has other numbers' });
  if (/[%٪％]/.test(text) && !/^\d+$/.test(token.value)) looks.push({ weight: -0.6, reason: 'its line speaks of a discount' });
  if (isAddress(before, after)) looks.push({ weight: -0.5, reason: 'it stands in an address' });
  if (/\+?\(?\d{1,4}\)?[ -]?$/.test(before) && !/[:：]\s*$/.test(before))
    looks.push({ weight: -0.5, reason: 'it is part of a longer number' });
  return looks;
}

/** "JBSW Y3DP EHPK 3PXP". */
function isGroupOfKey({ text }: Token, before: string, after: string): boolean {
  if (!/[A-Z\d]{3} $/.test(before.slice(-4)) && !/^ [A-Z\d]{3}/.test(after)) return false;
  const group = `[A-Z\\d]{${text.length}}`;
  const beside = new RegExp(`(?:${group} ){2,}$`).exec(before)?.[0] ?? new RegExp(`^(?: ${group}){2,}(?![\\w])`).exec(after)?.[0];
  return beside !== undefined && /\d/.test(text + beside);
}

/** "24 Nov", "24. listopadu", "24 de noviembre de", "November 24,". */
const DAY_AND_MONTH = /(?:\d{1,2}(?:st|nd|rd|th)?\.?(?: de)? \p{L}{3,12}\.?|\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?),?(?: de)? $/u;

const FOR_EXAMPLE =
  /(?:such as|e\. ?g\.|for example|for instance|z\. ?b\.|zum beispiel|wie etwa|par exemple|por ejemplo|por exemplo|ad esempio|bijvoorbeeld|bijv\.|np\.|na przykład|například|например|наприклад|örneğin|例如|例えば|예를 들어)[\s:,"“]*$/iu;

/** "San Francisco, CA 94105", "1600 Harbour Street", "10115 Berlin". */
function isAddress(before: string, after: string): boolean {
  if (/,\s*[A-Z]{2}\.?\s+$/.test(before) || /,\s*$/.test(before)) return true;
  return (before === '' || /, $/.test(before)) && /^ \p{Lu}\p{Ll}+(?: \p{Lu}[\p{L}.]*)*(?:$|[,.])/u.test(after);
}

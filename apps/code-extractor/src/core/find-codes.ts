import {
  CODE_CUES,
  CODE_NOUNS,
  COMPOUND_NOUNS,
  IN_ORDER_TO,
  IS,
  NOT_A_CODE,
  OTHER_CODES,
  OTHER_PURPOSES,
  USE,
  VALIDITY_UNITS,
} from './lexicon.ts';
import { OTHER_CODE_STEMS } from './other-codes.ts';
import { PROOF_STEMS, SECRECY } from './proof-words.ts';

/** A token that might be a code, with what speaks for and against it. */
export interface Candidate {
  readonly value: string;
  readonly score: number;
  readonly reasons: readonly string[];
}

/** The best candidate is answered only from here on; a wrong code is worse than none. */
export const ENOUGH = 0.6;
/** Cues reach this many lines down to their code. */
const CUE_REACH = 4;

const STRONG_CUE = new RegExp(Object.values(CODE_CUES).flat().join('|'), 'iu');
/** Words of these scripts are written together, or take prefixes. */
const UNSPACED = /Asia|India|Ethiopic|Arabic|Hebrew/;
/** A stem stands at the beginning of a word and takes a short ending; a Germanic one may end a compound ("verifikasiekode"). */
const NOUN_WORDS = Object.entries(CODE_NOUNS)
  .map(([script, stems]) => (UNSPACED.test(script) ? stems.join('|') : `(?<!\\p{L})(?:${stems.join('|')})\\p{L}{0,4}(?!\\p{L})`))
  .concat(`(?<!\\p{L})\\p{L}{4,}(?:${COMPOUND_NOUNS.join('|')})\\p{L}{0,3}(?!\\p{L})`)
  .join('|');
const NOUN = new RegExp(NOUN_WORDS, 'iu');
const PROOF = Object.values(PROOF_STEMS).flat().join('|');
/** "Kodi juaj i verifikimit", "รหัสยืนยัน", "patvirtinimo kodas": both words, a few others between them at most. */
const PROOF_CODE = new RegExp(
  `(?:${PROOF})[^\\s.:!?\\d]*(?:[ -]\\p{L}+){0,2}[ -]?(?:${NOUN_WORDS})|(?:${NOUN_WORDS})\\p{L}*(?:[ -][\\p{L}'’-]+){0,2}[ '’-]?[^\\s.:!?\\d]*(?:${PROOF})`,
  'iu',
);
const MINUTES = VALIDITY_UNITS.flatMap(([words, seconds]) => (seconds === 60 ? [`\\d{1,2} ?(?:${words})`] : [])).join('|');
/** What tells the reader's code from any other: it proves something, is a secret, or lives for minutes. */
const EVIDENCE = new RegExp(`${PROOF}|${SECRECY}|${MINUTES}`, 'iu');
/** The word for another number stands right before the token: "Case 739105". */
const NUMBER_AT_THE_END = new RegExp(`(?<!\\p{L})(?:${NOT_A_CODE.join('|')})\\p{L}{0,10}[ .:#]{1,3}$`, 'iu');
const MISNAMED = new RegExp(Object.values(OTHER_CODE_STEMS).flat().join('|'), 'iu');
const MAX_LABEL_WORDS = 3;
/** Labels are shorter. */
const MIN_INSTRUCTION_WORDS = 4;
/** So many lines down from its name the code of something else may stand. */
const MISNAMED_REACH = 2;
/** "Code: 123456", "code 123456": nothing but marks between the word and the token. */
const NOUN_AT_THE_END = new RegExp(`(?:${NOUN_WORDS})[\\p{P}\\s]{0,4}$`, 'iu');
const IS_AT_THE_END = new RegExp(`(?:^|\\s|(?<=[^\\u0000-\\u007f]))(?:${IS})[\\s"“*]*$`, 'iu');
const USE_AT_THE_END = new RegExp(`(?:^|\\s)(?:${USE})\\s+$`, 'iu');
const IN_ORDER_TO_FOLLOWS = new RegExp(`^\\s+(?:${IN_ORDER_TO})\\s`, 'iu');
/** The last digits of a card or an account. */
const TAIL_AT_THE_END = /(?:ending(?: in| with)?|ends (?:in|with)|last (?:four|4)(?: digits)?|[*x•]{2,})[\s:]*$/iu;
const ANOTHER_CODE = new RegExp(OTHER_CODES, 'iu');
const COMMERCE = new RegExp(OTHER_PURPOSES.join('|'), 'iu');
const OTHER_NUMBER = new RegExp([...OTHER_PURPOSES, ...NOT_A_CODE].join('|'), 'iu');

const SHAPES: readonly { readonly name: string; readonly pattern: RegExp; readonly weight: number }[] = [
  { name: 'one digit a cell', pattern: /(?<![\w-])\d(?: ?-? \d| - \d){3,9}(?![\w-])/gu, weight: 0.1 },
  { name: 'groups of digits', pattern: /(?<![\w.,:/#+*-])\d{3,4}[ -]\d{3,4}(?![\w-]|[.,:/]\d)/gu, weight: 0.05 },
  { name: 'letter and digits', pattern: /(?<![\w-])[A-Z]-\d{4,8}(?![\w-])/gu, weight: 0.1 },
  {
    name: 'groups of letters and digits',
    pattern: /(?<![\w-])(?=[A-Z-]*\d)[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,2}(?![\w-])/gu,
    weight: 0.05,
  },
  {
    name: 'digits',
    pattern:
      /(?<![A-Za-z0-9_.,:/#+*$€£¥-])\d{4,10}(?![A-Za-z0-9_@%-]|[.,:/]\d)|(?<=[:：] ?)\d{4,10}(?![A-Za-z0-9_@%-]|[.,:/]\d)/gu,
    weight: 0.1,
  },
  { name: 'groups of letters', pattern: /(?<![\w-])[A-Z]{3,4}-[A-Z]{3,4}(?![\w-])/gu, weight: 0.05 },
  {
    name: 'small letters and digits',
    pattern: /(?<![\w.@/#-])(?=[a-z-]*\d)(?=[\d-]*[a-z])[a-z0-9]{4,10}(?:-[a-z0-9]{4,10}){0,3}(?![\w@-]|\.\w)/gu,
    weight: 0,
  },
  { name: 'letters and digits', pattern: /(?<![\w.@/#-])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{5,10}(?![\w@-]|\.\w)/gu, weight: 0 },
];

/** All tokens with the shape of a code, best first. Lines must be normalized; the subject is the first place to look. */
export function findCodes(subject: string, lines: readonly string[]): Candidate[] {
  const best = new Map<string, Candidate>();
  const cueLines = [...lines.keys()].filter((at) => namesCode(lines[at] ?? ''));
  const nounLines = linesWith(lines, NOUN).filter((at) => !OTHER_NUMBER.test(lines[at] ?? ''));
  const subjectCue = namesCode(subject);
  const subjectNoun = NOUN.test(subject) && !COMMERCE.test(subject);
  const context: Context = {
    lines,
    cueLines,
    nounLines,
    subjectCue,
    subjectNoun,
    spent: COMMERCE.test(subject) && !subjectCue,
    sells: lines.some((line) => COMMERCE.test(line)),
    other: lines.some((line) => ANOTHER_CODE.test(line)),
    proves: EVIDENCE.test(subject) || lines.some((line) => EVIDENCE.test(line)),
    misnamed: new Set(linesWith(lines, MISNAMED).flatMap((at) => reachDown(lines, at))),
  };
  const keep = (candidate: Candidate): void => {
    const known = best.get(candidate.value);
    if (known === undefined || known.score < candidate.score) best.set(candidate.value, candidate);
  };
  for (const token of tokensOf(subject)) keep(judgeSubject(subject, token, subjectCue, subjectNoun));
  for (const [at, line] of lines.entries()) {
    for (const token of tokensOf(line)) keep(judgeLine(line, at, token, context));
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}

function linesWith(lines: readonly string[], pattern: RegExp): number[] {
  return [...lines.entries()].filter(([, line]) => pattern.test(line)).map(([at]) => at);
}

/** The cheap pattern goes first: few lines hold the word for a code. */
function namesCode(line: string): boolean {
  return STRONG_CUE.test(line) || (NOUN.test(line) && PROOF_CODE.test(line));
}

/** The line that names the code of something else, and those below it unless one of them names the reader's. */
function reachDown(lines: readonly string[], from: number): number[] {
  const below = lines.slice(from + 1, from + 1 + MISNAMED_REACH);
  const end = below.findIndex(namesCode);
  return Array.from({ length: 1 + (end === -1 ? below.length : end) }, (_, step) => from + step);
}

/** Where the mail speaks of codes. */
interface Context {
  readonly lines: readonly string[];
  readonly cueLines: readonly number[];
  readonly nounLines: readonly number[];
  readonly subjectCue: boolean;
  readonly subjectNoun: boolean;
  /** The subject speaks of an order, a parcel or the like. */
  readonly spent: boolean;
  /** Some line speaks of an order, a discount or the like. */
  readonly sells: boolean;
  /** Some line speaks of a meeting, a locker or a voucher, which have codes of their own. */
  readonly other: boolean;
  /** The subject or some line speaks of proving who one is, of a secret, or of minutes. */
  readonly proves: boolean;
  /** Lines in which the code of something else may stand. */
  readonly misnamed: ReadonlySet<number>;
}

interface Token {
  readonly text: string;
  readonly value: string;
  readonly index: number;
  readonly shape: string;
  readonly weight: number;
}

function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  for (const { name, pattern, weight } of SHAPES) {
    for (const match of line.matchAll(pattern)) {
      const index = match.index;
      if (tokens.some((token) => index < token.index + token.text.length && token.index < index + match[0].length)) continue;
      tokens.push({ text: match[0], value: toCode(match[0]), index, shape: name, weight });
    }
  }
  return tokens;
}

/** Blanks and dashes that only group digits go; alphanumeric codes stay as shown (CONTRACT, "Codes and extraction"). */
function toCode(text: string): string {
  return /^[\d -]+$/.test(text) ? text.replace(/[ -]/g, '') : text;
}

function judgeSubject(subject: string, token: Token, cue: boolean, noun: boolean): Candidate {
  const reasons = [`${token.shape} in the subject`];
  if (WEAK_SHAPES.has(token.shape) && !isSaid(subject, token, false)) return { value: token.value, score: 0, reasons };
  let score = 0.2 + token.weight;
  if (cue || noun) {
    score += cue ? 0.6 : 0.35;
    reasons.push('the subject names a code');
  }
  return finish(token, subject, score, reasons, cue);
}

function judgeLine(line: string, at: number, token: Token, context: Context): Candidate {
  const { lines, cueLines, nounLines, subjectCue, subjectNoun, spent, sells, other, proves, misnamed } = context;
  const reasons: string[] = [token.shape];
  const alone = isAlone(line, token);
  let score = token.weight + (alone ? 0.3 : 0);
  if (alone) reasons.push('alone in its line');
  const named = nearest(at, cueLines, alone, { line: 0.6, above: 0.45, aboveInText: 0.2, below: 0.35 });
  const said = isSaid(line, token, alone);
  const spoken = nearest(at, nounLines, alone, { line: said ? 0.6 : 0.2, above: 0.35, aboveInText: 0.1, below: 0.2 });
  const cue = named.score >= spoken.score ? named : spoken;
  if (cue.score > 0) {
    score += cue.score;
    reasons.push(cue.reason);
  }
  if (
    cue.score < 0.3 &&
    USE_AT_THE_END.test(line.slice(0, token.index)) &&
    IN_ORDER_TO_FOLLOWS.test(line.slice(token.index + token.text.length))
  ) {
    score += 0.4;
    reasons.push('its line says what to use it for');
  }
  if (said && cue === named) score += 0.05;
  if (subjectCue || subjectNoun) {
    score += subjectCue ? 0.2 : 0.15;
    reasons.push('the subject names a code');
  }
  if (WEAK_SHAPES.has(token.shape) && !alone && !said) {
    return { value: token.value, score: 0, reasons: [...reasons, 'in the middle of a text'] };
  }
  if (other) {
    score -= 0.5;
    reasons.push('the mail speaks of something else that has a code');
  }
  if (sells && (named.score === 0 || !/^\d+$/.test(token.value))) {
    score -= 0.35;
    reasons.push('the mail speaks of an order or a discount');
  }
  if (/[%٪％]/.test(line) && !/^\d+$/.test(token.value)) {
    score -= 0.5;
    reasons.push('its line speaks of a discount');
  }
  if (!proves && named.score === 0 && !subjectCue && !(alone && isInstructed(lines, at, nounLines))) {
    score -= 0.3;
    reasons.push('nothing says that the code proves anything');
  }
  if (named.score === 0 && isOtherLabel(line.slice(0, token.index))) {
    score -= 0.4;
    reasons.push('its label says what else the code is for');
  }
  if (misnamed.has(at)) {
    score -= 0.7;
    reasons.push('it is the code of something else');
  }
  if (spent) {
    score -= 0.5;
    reasons.push('the subject speaks of another number');
  }
  return finish(token, line, score, reasons, cueLines.includes(at));
}

/** Shapes that any word may have: taken only where they stand as codes do. */
const WEAK_SHAPES: ReadonlySet<string> = new Set(['small letters and digits', 'groups of letters']);

interface Reach {
  readonly line: number;
  readonly above: number;
  readonly aboveInText: number;
  readonly below: number;
}

/** How much the nearest line that speaks of a code says of a token in this one. */
function nearest(at: number, lines: readonly number[], alone: boolean, reach: Reach): { score: number; reason: string } {
  if (lines.includes(at)) return { score: reach.line, reason: 'its line names a code' };
  const distance = Math.min(...lines.filter((line) => line < at).map((line) => at - line), Number.POSITIVE_INFINITY);
  if (distance <= CUE_REACH)
    return { score: alone ? reach.above : reach.aboveInText, reason: `a line ${distance} above names a code` };
  const below = alone && lines.some((line) => line === at + 1 || line === at + 2);
  return below ? { score: reach.below, reason: 'a line below names a code' } : { score: 0, reason: '' };
}

/** The word for a code stands right before the token, or its line leads to it with a colon, or begins with it. */
function isSaid(line: string, { text, index }: Token, alone: boolean): boolean {
  const before = line.slice(0, index);
  if (alone || NOUN_AT_THE_END.test(before)) return true;
  if (/[:：]\s*["“'*]*$/.test(before) || IS_AT_THE_END.test(before)) return NOUN.test(before);
  return (
    before.trim() === '' &&
    NOUN.test(
      line
        .slice(index + text.length)
        .split(/\s+/)
        .slice(0, 6)
        .join(' '),
    )
  );
}

/** "Your code: 123456" and "123456" are alone; so is a code with a full stop. */
function isAlone(line: string, { text, index }: Token): boolean {
  return line.slice(0, index).trim() === '' && /^[.\s]*$/.test(line.slice(index + text.length));
}

function finish(token: Token, line: string, base: number, reasons: string[], cued: boolean): Candidate {
  let score = base;
  if (OTHER_NUMBER.test(line) && !cued) {
    score -= 0.6;
    reasons.push('its line speaks of another number');
  }
  if (cued && NUMBER_AT_THE_END.test(line.slice(0, token.index))) {
    score -= 0.6;
    reasons.push('another number is named right before it');
  }
  if (TAIL_AT_THE_END.test(line.slice(0, token.index))) {
    score -= 0.6;
    reasons.push('it is the end of a longer number');
  }
  if (/[©®]/.test(line)) {
    score -= 0.4;
    reasons.push('its line is a footer');
  }
  if (/^(19|20)\d\d$/.test(token.value) && token.text === token.value) {
    score -= 0.4;
    reasons.push('it looks like a year');
  }
  if (/^20\d{6}$/.test(token.value)) {
    score -= 0.3;
    reasons.push('it looks like a date');
  }
  if (/[$€£¥₽]|\b(usd|eur|gbp|руб|zł|kr)\b/iu.test(line) && !(cued && isApartFromMoney(line, token))) {
    score -= 0.3;
    reasons.push('its line speaks of money');
  }
  return { value: token.value, score: Math.max(0, Math.min(1, Math.round(score * 100) / 100)), reasons };
}

/** In "the code for your payment of 49.90 EUR is 482913" the amount is another token. */
function isApartFromMoney(line: string, { text, index }: Token): boolean {
  const money = /[$€£¥₽]|usd|eur|gbp|руб|zł|kr/iu;
  const sentence =
    line
      .slice(0, index)
      .split(/[.!?] /)
      .at(-1) ?? '';
  if (!money.test(sentence)) return false;
  return (
    !money.test(line.slice(Math.max(0, index - 5), index)) &&
    !money.test(line.slice(index + text.length, index + text.length + 5))
  );
}

/** "Enter this code to sign in" is a sentence and leads to the code below it; "Course code" is a label. */
function isInstructed(lines: readonly string[], at: number, nounLines: readonly number[]): boolean {
  const above = lines[at - 1] ?? '';
  return (
    nounLines.includes(at - 1) &&
    (above.split(' ').length >= MIN_INSTRUCTION_WORDS || /[\u3040-\u9fff\u0e00-\u0eff]{10}/u.test(above))
  );
}

/** "Event code:" is a label of something else, "Code:" of nothing else; those that prove something are cues. */
function isOtherLabel(before: string): boolean {
  if (!/[:：]\s*$/.test(before)) return false;
  const label = before.split(/[.!?。] ?/).at(-1) ?? before;
  return label.trim().split(' ').length <= MAX_LABEL_WORDS && /\p{L}/u.test(label.replace(NOUN, ''));
}

import { findTokens, type Token } from './candidates.ts';
import type { Notion } from './find-words.ts';
import type { Sentence } from './sentences.ts';

/** Where in the mail a token stands. */
export interface Place {
  readonly token: Token;
  readonly sentence: Sentence;
  /** Its position in the mail's sentences. */
  readonly at: number;
  /** Nothing but marks beside it in its sentence. */
  readonly alone: boolean;
  /** After a colon, at the end of its sentence, or at its beginning. */
  readonly said: boolean;
}

const FEW_MARKS = 4;
const LONGEST_LEAD = 8;
const LED_TO = /[:：=՝][\s"“«'*[(]*$/;

/** "Code 482913 to log in": at the beginning of its sentence. */
function isCalled(token: Token, { text, words }: Sentence): boolean {
  return words.some(
    ({ notion, from, to }) =>
      (notion === 'code' || notion === 'passcode') &&
      from <= FEW_MARKS &&
      to <= token.from &&
      token.from - to <= FEW_MARKS &&
      !/[\p{L}\d]/u.test(text.slice(0, from)) &&
      !/[\p{L}\d]/u.test(text.slice(to, token.from)),
  );
}

/** "DO NOT SHARE" has the shape of a code at the beginning of every sentence: such a token must stand by itself. */
export function isLedTo({ token, sentence, alone }: Place): boolean {
  return alone || LED_TO.test(sentence.text.slice(Math.max(0, token.from - LONGEST_LEAD), token.from));
}

export function toPlace(token: Token, sentence: Sentence, at: number): Place {
  const before = sentence.text.slice(0, token.from);
  const after = sentence.text.slice(token.to);
  const open = !/[\p{L}\d]/u.test(before);
  const closed = !/[\p{L}\d]/u.test(after);
  const isLed = LED_TO.test(before.slice(-LONGEST_LEAD)) || isCalled(token, sentence);
  return { token, sentence, at, alone: open && closed, said: open || closed || isLed };
}

/** So far, in sentences and in lines, a sentence speaks of the token below it; below, less. */
const REACH_DOWN = 4;
const REACH_UP = 2;

/** The nearest sentence above that speaks of codes, of other numbers or of typing. */
export function sentenceAbove(
  sentences: readonly Sentence[],
  { at, sentence }: Place,
): { sentence: Sentence; distance: number } | undefined {
  for (let distance = 1; distance <= REACH_DOWN; distance++) {
    const above = sentences[at - distance];
    if (above === undefined || above.line < 0 || sentence.line - above.line > REACH_DOWN) return undefined;
    if (distance > 1 && isAside(above)) continue;
    if (hasItsOwn(above)) return undefined;
    if (above.says('passcode', 'code', 'digits', 'proof', 'enter', 'given', 'other', 'label'))
      return { sentence: above, distance };
  }
  return undefined;
}

/** "Code: 482913" speaks of no other below it. */
function hasItsOwn({ text, says }: Sentence): boolean {
  return says('code', 'passcode') && findTokens(text).some(({ shape, to }) => !shape.common && to === text.length);
}

/** "The code expires in 10 minutes." speaks of one that was shown already. */
function isAside({ text, says }: Sentence): boolean {
  return says('valid') && says('minutes', 'hours') && /[.。।]$/.test(text);
}

export function sentencesBelow(sentences: readonly Sentence[], { at, sentence }: Place): readonly Sentence[] {
  return sentences.slice(at + 1, at + 1 + REACH_UP).filter((below) => below.line - sentence.line <= REACH_UP);
}

/** Whether a word of these stands so near the token, on either side. */
export function isNear({ token, sentence }: Place, reach: number, ...notions: readonly Notion[]): boolean {
  return sentence.words.some(
    ({ notion, from, to }) =>
      notions.includes(notion) && (to <= token.from ? token.from - to <= reach : from >= token.to && from - token.to <= reach),
  );
}

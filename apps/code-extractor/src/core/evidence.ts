import { findTokens, type Token } from './candidates.ts';
import { findListed, type Notion, type Word, wordList } from './find-words.ts';
import { YOURS } from './lexicon/possessives.ts';
import { type Sentence, toSentence } from './sentences.ts';

/** What a sentence says of a code in it or near it, from the strongest to nothing. */
export type Naming = 'proven' | 'code' | 'told' | 'entered' | 'proof' | 'nothing';

/** "Verification code", "code", "type these digits", "log in". */
export function namingOf(sentence: Sentence): Naming {
  if (sentence.says('passcode')) return 'proven';
  const proof = sentence.says('proof') || isForPassword(sentence);
  if (sentence.says('code')) return proof ? 'proven' : 'code';
  if (sentence.says('digits') && (proof || sentence.says('enter', 'given'))) return 'told';
  if (sentence.says('digits', 'enter', 'given')) return 'entered';
  return proof ? 'proof' : 'nothing';
}

/** "The code for your new password": the password is not the code itself. */
function isForPassword({ words }: Sentence): boolean {
  const passwords = words.filter(({ notion }) => notion === 'password');
  return (
    passwords.length > 0 &&
    words.some((word) => word.notion === 'code' && !passwords.some(({ from, to }) => word.from < to && from < word.to))
  );
}

const ENTER_BEFORE = 4;
const ENTER_AFTER = 14;

/** Whether a word of these stands so near the token, on either side. */
export function isNear({ token, sentence }: Place, reach: number, ...notions: readonly Notion[]): boolean {
  return sentence.words.some(
    ({ notion, from, to }) =>
      notions.includes(notion) && (to <= token.from ? token.from - to <= reach : from >= token.to && from - token.to <= reach),
  );
}

/** The same of the sentence in which the token stands: "enter 482913 to log in". */
export function namingOfOwn(place: Place): Naming {
  const { token, sentence } = place;
  const naming = namingOf(ownWords(place));
  if (naming !== 'entered' && naming !== 'proof') return naming;
  const isNear = sentence.words.some(
    ({ notion, from, to }) =>
      (notion === 'enter' || notion === 'given') &&
      ((to <= token.from && token.from - to <= ENTER_BEFORE) || (from >= token.to && from - token.to <= ENTER_AFTER)),
  );
  return isNear ? 'told' : naming;
}

/** "Payment number: 4471 Confirmation number: 4481": of several labels in a sentence each names its own number. */
function ownWords({ token, sentence }: Place): Sentence {
  const { text, line, words } = sentence;
  const from = labelBegin(text.slice(0, token.from));
  const isFollowed = NEXT_LABEL.test(text.slice(token.to));
  if (from === 0 && !isFollowed) return sentence;
  return toSentence(
    text,
    line,
    words.filter((word) => word.from >= from && (!isFollowed || word.to <= token.from)),
  );
}

const LONGEST_GAP = 4;
const NEXT_LABEL = /^[^\d:：]*[:：]\s*\d{4}/;

/** Where the label at the end of the text begins, after the number of another; 0 where there is none such. */
function labelBegin(text: string): number {
  if (!/[:：]/.test(text.slice(-LONGEST_GAP))) return 0;
  const label = /[^\d:：]{1,40}[:：][^\p{L}\d]*$/u.exec(text);
  return label !== null && /\d{4}$/.test(text.slice(0, label.index)) ? label.index : 0;
}

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

const LED_TO = /[:：=՝][\s"“«'*[(]*$/;

/** "Code 482913 to log in": at the beginning of its sentence. */
function isCalled(token: Token, { text, words }: Sentence): boolean {
  return words.some(
    ({ notion, from, to }) =>
      (notion === 'code' || notion === 'passcode') && !/[\p{L}\d]/u.test(text.slice(0, from) + text.slice(to, token.from)),
  );
}

/** "DO NOT SHARE" has the shape of a code at the beginning of every sentence: such a token must stand by itself. */
export function isLedTo({ token, sentence, alone }: Place): boolean {
  return alone || LED_TO.test(sentence.text.slice(0, token.from));
}

export function toPlace(token: Token, sentence: Sentence, at: number): Place {
  const before = sentence.text.slice(0, token.from);
  const after = sentence.text.slice(token.to);
  const open = !/[\p{L}\d]/u.test(before);
  const closed = !/[\p{L}\d]/u.test(after);
  const isLed = LED_TO.test(before) || isCalled(token, sentence);
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

const NAMES_NUMBERS: ReadonlySet<string> = new Set(['code', 'passcode', 'digits', 'proof', 'enter', 'given', 'other', 'label']);
/** So far from a token its label may stand: "Case no: 4711", "order (the big one) 4711". */
const LABEL_GAP = 16;
const CLOSE_GAP = 4;

/** The word that names the token as another number: the last one before it, or the first after it where none stands before. */
export function otherNumber({ token, sentence }: Place): Word | undefined {
  const named = sentence.words.filter(({ notion }) => NAMES_NUMBERS.has(notion));
  const before = named.filter((word) => word.to <= token.from);
  const [last, owner] = [before.at(-1), before.at(-2)];
  if (last !== undefined && owner !== undefined && isOwnerOf(owner, last)) return owner;
  if (last !== undefined) {
    const gap = token.from - last.to;
    if (last.notion === 'label') return isLabelOf(token, last, sentence) ? last : undefined;
    return last.notion === 'other' && gap <= 2 * LABEL_GAP ? last : undefined;
  }
  const first = named.find((word) => word.from >= token.to && (word.notion === 'other' || word.notion === 'code'));
  return first?.notion === 'other' && first.from - token.to <= LABEL_GAP ? first : undefined;
}

/** "Customer number": the number is the customer's; "order code": the code is the order's. */
function isOwnerOf(owner: Word, { notion, from }: Word): boolean {
  const gap = from - owner.to;
  return (
    (notion === 'digits' && owner.notion === 'label' && gap <= CLOSE_GAP) ||
    (notion === 'code' && owner.notion === 'other' && gap >= 0 && gap <= 1)
  );
}

/** "Case no: 4711", "phone is 4711"; in "the code of your account is 4711" the account is the code's. */
function isLabelOf(token: Token, label: Word, { text, words }: Sentence): boolean {
  const between = text.slice(label.to, token.from);
  if (!/\p{L}/u.test(between) && between.length <= CLOSE_GAP) return true;
  const before = words.filter(({ to }) => to <= label.from).map(({ notion }) => notion);
  const isOfCode = before.includes('passcode') || (before.includes('code') && before.includes('proof'));
  return !isOfCode && /^[^\p{L}]*\p{L}{0,6}[^\p{L}]*$/u.test(between);
}

/** So near a word for something else turns a code into the code of that: "pick-up code", "code for 10 % off". */
const MISNAMING_BEFORE = 6;
const MISNAMING_AFTER = 20;

/** The code that the sentence speaks of is that of something else. One that is to be entered to prove something may stand beside it. */
export function isMisnamed(sentence: Sentence): boolean {
  if (!sentence.says('other')) return false;
  if (!sentence.says('passcode') && !(sentence.says('code') && sentence.says('proof'))) return true;
  const codes = sentence.words.filter(({ notion }) => notion === 'code' || notion === 'passcode');
  return sentence.words.some(
    (other) => other.notion === 'other' && codes.some((code) => isMisnaming(other, code, sentence.text)),
  );
}

function isMisnaming(other: Word, code: Word, text: string): boolean {
  if (other.from >= code.to) return other.from - code.to <= MISNAMING_AFTER;
  const between = text.slice(other.to, code.from);
  return other.to <= code.from && between.length <= MISNAMING_BEFORE && !/[,，;；]/.test(between);
}

const YOURS_WORDS = wordList([YOURS]);
const MAX_LABEL_LETTERS = 40;
const MAX_LABEL_WORDS = 3;

const MAX_YOURS_GAP = 24;

/** "Your code", "Your Lantern code": the reader's own. "Your parking permit code" is the permit's, "Ihr Teilnahmecode" the survey's. */
export function isYours({ text, words }: Sentence): boolean {
  const namesNothingElse = (from: number, to: number): boolean =>
    [...text.slice(from, to)].every(
      (letter, at) =>
        !/\p{Ll}/u.test(letter) ||
        isInName(text, from + at) ||
        words.some((word) => word.from <= from + at && from + at < word.to),
    );
  return (
    words.some(
      ({ notion, from, compound }) =>
        notion === 'code' &&
        !compound &&
        findListed(YOURS_WORDS, text.slice(0, from)).some(({ to }) => from - to <= MAX_YOURS_GAP && namesNothingElse(to, from)),
    ) || YOURS_AFTER.test(text)
  );
}

/** Whether the word that this letter stands in begins with a capital. */
function isInName(text: string, at: number): boolean {
  return /\p{Lu}[\p{L}\p{N}]*$/u.test(text.slice(0, at + 1));
}

const YOURS_AFTER = /الخاص بك|שלך|شما|ของคุณ|ຂອງທ່ານ|របស់អ្នក|của bạn|anda\b|kamu\b/iu;

const SAYS_WHAT_FOR: ReadonlySet<string> = new Set(['proof', 'passcode', 'enter', 'given', 'minutes']);

/** "Event code:" is a label of something else, "Your code:" of nothing else. */
export function isOtherLabel({ token, sentence, alone }: Place, label: Sentence): boolean {
  const before = label === sentence ? label.text.slice(0, token.from) : label.text;
  const inLabel = label.words.filter(({ to }) => to <= before.length);
  const endsInCode = label === sentence && inLabel.some(({ notion, to }) => notion === 'code' && to === before.trimEnd().length);
  if ((label === sentence && alone) || !(endsInCode || /[:：]\s*$/.test(before))) return false;
  if (
    before.trim().split(/\s+/).length > MAX_LABEL_WORDS ||
    before.length > MAX_LABEL_LETTERS ||
    !inLabel.some(({ notion }) => notion === 'code')
  )
    return false;
  if (inLabel.some(({ notion }) => SAYS_WHAT_FOR.has(notion))) return false;
  if (inLabel.every(({ notion, compound }) => notion !== 'code' || compound)) return true;
  const covered = [...inLabel, ...findListed(YOURS_WORDS, before)];
  const left = [...before].filter(
    (letter, at) => /\p{L}/u.test(letter) && !covered.some(({ from, to }) => from <= at && at < to),
  );
  return left.length > 1;
}

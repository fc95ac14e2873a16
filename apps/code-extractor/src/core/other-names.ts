import type { Token } from './candidates.ts';
import type { Word } from './find-words.ts';
import type { Place } from './place.ts';
import type { Sentence } from './sentences.ts';

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

/** "Customer number:" and the number below it. */
export function endsInLabel(sentence: Sentence): boolean {
  const last = sentence.words.filter(({ notion }) => notion !== 'minutes' && notion !== 'hours').at(-1);
  return last?.notion === 'label' && sentence.text.length - last.to <= 3 && !sentence.says('code', 'passcode', 'proof');
}

import { findListed, wordList } from './find-words.ts';
import { YOURS } from './lexicon/possessives.ts';
import type { Place } from './place.ts';
import type { Sentence } from './sentences.ts';
import type { Survey } from './survey-mail.ts';

const YOURS_WORDS = wordList([YOURS]);
const MAX_LABEL_LETTERS = 40;
const MAX_LABEL_WORDS = 3;

const MAX_YOURS_GAP = 24;
/** So far before a code its owner's word is looked for. */
const LONGEST_LEAD = 48;

/** "Your code", "Your Lantern code": the reader's own. "Your parking permit code" is the permit's, "Ihr Teilnahmecode" the survey's. */
export function isYours(sentence: Sentence): boolean {
  const codes = sentence.words.filter(({ notion, compound }) => notion === 'code' && !compound);
  return codes.some(({ from }) => isYoursBefore(from, sentence)) || YOURS_AFTER.test(sentence.text);
}

function isYoursBefore(code: number, sentence: Sentence): boolean {
  const begin = Math.max(0, code - LONGEST_LEAD);
  return findListed(YOURS_WORDS, sentence.text.slice(begin, code)).some(({ to }) => {
    const yours = begin + to;
    return code - yours <= MAX_YOURS_GAP && namesNothingElse(sentence, yours, code);
  });
}

/** Between "your" and "code" stand only words of the lexicon and names. */
function namesNothingElse({ text, words }: Sentence, from: number, to: number): boolean {
  const covered = words.filter((word) => word.from < to && from < word.to);
  for (let at = from; at < to; at++) {
    const isKnown = covered.some((word) => word.from <= at && at < word.to);
    if (!isKnown && /\p{Ll}/u.test(text.charAt(at)) && !isInName(text, at)) return false;
  }
  return true;
}

/** Whether the word that this letter stands in begins with a capital. */
function isInName(text: string, at: number): boolean {
  return /\p{Lu}[\p{L}\p{N}]*$/u.test(text.slice(Math.max(0, at - LONGEST_LEAD), at + 1));
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

/** "Operation code 482913" on a bank's note may be anything's; the reader's is spoken of as theirs, as secret, or is to be typed. */
export function isReaders({ alone }: Place, { says }: Sentence, { subject, body, expires, secret }: Survey): boolean {
  return alone || subject !== 'nothing' || body === 'proven' || expires || secret || says('enter', 'given', 'proof');
}

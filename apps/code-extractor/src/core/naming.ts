import type { Place } from './place.ts';
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

/** What the sentence of the token says of it: "enter 482913 to log in". */
export function namingOfOwn(place: Place): Naming {
  const { token, sentence } = place;
  const naming = namingOf(ownWords(place));
  if (naming !== 'entered' && naming !== 'proof') return naming;
  const isToBeTyped = sentence.words.some(
    ({ notion, from, to }) =>
      (notion === 'enter' || notion === 'given') &&
      ((to <= token.from && token.from - to <= ENTER_BEFORE) || (from >= token.to && from - token.to <= ENTER_AFTER)),
  );
  return isToBeTyped ? 'told' : naming;
}

/** "Payment number: 4471 Confirmation number: 4481": of several labels in a sentence each names its own number. */
function ownWords({ token, sentence }: Place): Sentence {
  const { text, line, words } = sentence;
  const from = labelBegin(text, token.from);
  const isFollowed = NEXT_LABEL.test(text.slice(token.to));
  if (from === 0 && !isFollowed) return sentence;
  return toSentence(
    text,
    line,
    words.filter((word) => word.from >= from && (!isFollowed || word.to <= token.from)),
  );
}

const LONGEST_LABEL = 50;
const NEXT_LABEL = /^[^\d:：]*[:：]\s*\d{4}/;

/** Where the label that ends there begins, after the number of another; 0 where there is none such. */
function labelBegin(text: string, end: number): number {
  const begin = Math.max(0, end - LONGEST_LABEL);
  const label = /\d{4}([^\d:：]{1,40}[:：][^\p{L}\d]{0,4})$/u.exec(text.slice(begin, end))?.[1];
  return label === undefined ? 0 : end - label.length;
}

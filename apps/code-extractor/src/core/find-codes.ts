import { findTokens } from './candidates.ts';
import {
  isLedTo,
  isMisnamed,
  isNear,
  isOtherLabel,
  isYours,
  type Naming,
  namingOf,
  namingOfOwn,
  otherNumber,
  type Place,
  sentenceAbove,
  sentencesBelow,
  toPlace,
} from './evidence.ts';
import { looksLikeAnother } from './other-looks.ts';
import type { Sentence } from './sentences.ts';
import { type Survey, surveyMail } from './survey-mail.ts';

/** A token that might be a code, with what speaks for and against it. */
export interface Candidate {
  readonly value: string;
  /** From 0; from 1 on it is sure, and more still ranks before less. */
  readonly score: number;
  readonly reasons: readonly string[];
}

/** The best candidate is answered only from here on; a wrong code is worse than none. */
export const ENOUGH = 0.6;

/** What a sentence above says of a token that has words of its own beside it. */
const NOT_ALONE = 0.3;
const SAME: Readonly<Record<Naming, number>> = { proven: 0.6, code: 0.4, told: 0.4, entered: 0.2, proof: 0.2, nothing: 0 };
const ABOVE: Readonly<Record<Naming, number>> = { proven: 0.5, code: 0.4, told: 0.4, entered: 0.2, proof: 0.15, nothing: 0 };
const BELOW: Readonly<Record<Naming, number>> = { proven: 0.35, code: 0.3, told: 0.25, entered: 0.15, proof: 0.1, nothing: 0 };
const SUBJECT: Readonly<Record<Naming, number>> = { proven: 0.25, code: 0.2, told: 0.15, entered: 0.05, proof: 0.15, nothing: 0 };

/** All tokens with the shape of a code, best first. */
export function findCodes(sentences: readonly Sentence[]): Candidate[] {
  const places = sentences.flatMap((sentence, at) => findTokens(sentence.text).map((token) => toPlace(token, sentence, at)));
  if (places.length === 0) return [];
  const mail = surveyMail(sentences, places);
  const best = new Map<string, Candidate>();
  for (const place of places) {
    const candidate = judge(place, mail);
    const known = best.get(candidate.value);
    if (known === undefined || known.score < candidate.score) best.set(candidate.value, candidate);
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}

function judge(place: Place, mail: Survey): Candidate {
  const { token, sentence, alone, said } = place;
  const reasons: string[] = [token.shape.name];
  let score = token.shape.weight;
  const count = (weight: number, reason: string): void => {
    if (weight === 0) return;
    score += weight;
    reasons.push(reason);
  };
  const inSubject = sentence.line < 0;
  if (inSubject) count(0.1, 'in the subject');
  if (alone) count(0.25, 'alone in its block');
  else if (said) count(0.1, 'led to or leading');
  if (token.shape.name === 'digits' && token.value.length === 6) count(0.05, 'six digits');

  const name = nameOf(place, mail);
  const { weight, naming, reason, other } = name;
  count(weight, reason);
  if (other || mail.otherNumbers.has(token.value)) count(-0.6, 'it is named as another number');
  if (naming === 'code' && isYours(name.sentence)) count(0.2, "it is called the reader's own");
  if (naming === 'code' && !isReaders(place, name.sentence, mail)) count(-0.25, 'nothing says that it is for the reader to type');
  if (naming === 'code' && mail.subject !== 'proven' && mail.body !== 'proven' && isOtherLabel(place, name.sentence))
    count(-0.5, 'its label says what else it is for');
  if (!inSubject) count(SUBJECT[mail.subject], 'the subject speaks of it');
  if (!inSubject && mail.inSubject.has(token.value)) count(0.25, 'repeated in the subject');
  if (mail.expires) count(0.1, 'it lives for minutes');
  if (mail.secret) count(0.1, 'it is a secret');
  if (mail.values === 1 && !token.shape.common) count(0.1, 'no other number like it');
  if (mail.short) count(0.05, 'a short mail');
  if (mail.happened && naming !== 'proven') count(-0.2, 'the subject tells what has happened');
  const sure = naming === 'proven' && !other;
  const provesInSubject = mail.subject !== 'nothing' && mail.subject !== 'entered';
  if (mail.subjectOther)
    count(mail.subject === 'proven' ? -0.15 : sure ? -0.4 : -0.5, 'the subject speaks of an order, a parcel, a discount');
  if (mail.others > 0) {
    const [each, most] = provesInSubject
      ? sure
        ? [0.05, 0.1]
        : [0.15, 0.4]
      : sure
        ? [mail.others > 1 ? 0.2 : 0.1, 0.6]
        : [0.2, 0.6];
    count(-Math.min(most, each * mail.others), 'the mail speaks of an order, a parcel, a discount');
  }
  if (!mail.proves && !(mail.expires && mail.secret)) count(alone || said ? -0.3 : -0.5, 'nothing says that it proves anything');
  for (const look of looksLikeAnother(place)) count(look.weight, look.reason);
  if (
    token.shape.common &&
    !(alone && weight >= 0.35) &&
    !((token.shape.name === 'capitals' ? isLedTo(place) : said) && (naming === 'proven' || naming === 'code')) &&
    naming !== 'told'
  )
    count(-0.6, 'any word may look so');
  if (!isNamed(naming, alone, mail, inSubject || mail.inSubject.has(token.value)) && score >= ENOUGH) {
    score = ENOUGH - 0.1;
    reasons.push('nothing names it');
  }
  return { value: token.value, score: Math.max(0, Math.round(score * 100) / 100), reasons };
}

/** "Operation code 482913" on a bank's note may be anything's; the reader's is spoken of as theirs, as secret, or is to be typed. */
function isReaders({ alone }: Place, { says }: Sentence, { subject, body, expires, secret }: Survey): boolean {
  return alone || subject !== 'nothing' || body === 'proven' || expires || secret || says('enter', 'given', 'proof');
}

/** Layout alone is no proof: some sentence must speak of it, or the subject, or the mail be of nothing but a number that lives for minutes. */
function isNamed(naming: Naming, alone: boolean, mail: Survey, inSubject: boolean): boolean {
  if (naming === 'proven' || naming === 'code' || naming === 'told') return true;
  if (mail.subject === 'proven' || mail.subject === 'code') return alone || inSubject;
  return mail.values === 1 && (alone || inSubject) && mail.expires && mail.others === 0;
}

interface Name {
  readonly weight: number;
  readonly naming: Naming;
  readonly reason: string;
  readonly sentence: Sentence;
  /** What names it names something else. */
  readonly other: boolean;
}

/** What calls the token by a name: its own sentence, else one above, else one below; for one in the subject, the body. */
function nameOf(place: Place, mail: Survey): Name {
  const { sentences } = mail;
  const { sentence, alone } = place;
  const own = isTyped(place, mail) ? 'told' : namingOfOwn(place);
  const another = otherNumber(place) !== undefined;
  const same: Name = {
    weight: SAME[own],
    naming: own,
    reason: 'its sentence speaks of it',
    sentence,
    other: another || isMisnamed(sentence),
  };
  if (own === 'proven' || own === 'code' || own === 'told' || another) return same;
  if (sentence.line < 0) return mail.values === 1 ? { ...same, weight: BELOW[mail.body], naming: mail.body } : same;
  const names: Name[] = [same];
  const above = sentenceAbove(sentences, place);
  if (above !== undefined) {
    const said = namingOf(above.sentence);
    const naming = said !== 'proven' && leadsDown(above.sentence, mail) ? 'told' : said;
    const share = alone ? 1 : NOT_ALONE;
    const other = alone && (isMisnamed(above.sentence) || (above.distance === 1 && endsInLabel(above.sentence)));
    const name: Name = {
      weight: ABOVE[naming] * share,
      naming: alone ? naming : 'nothing',
      reason: 'a sentence above speaks of it',
      sentence: above.sentence,
      other,
    };
    if (other) return name;
    names.push(name);
  }
  for (const below of alone ? sentencesBelow(sentences, place) : []) {
    const naming = isMisnamed(below) ? 'nothing' : namingOf(below);
    names.push({ weight: BELOW[naming], naming, reason: 'a sentence below speaks of it', sentence: below, other: false });
  }
  return names.reduce((a, b) => (b.weight > a.weight ? b : a));
}

/** "Gib bitte 7741 in der App ein": so far the verb may stand from the number. */
const TYPED_WITHIN = 24;

/** "Type 7741 into the app" in a mail that is of nothing but logging in. */
function isTyped(place: Place, { subject, subjectOther, others, rivals }: Survey): boolean {
  const { token, sentence } = place;
  return (
    isNear(place, TYPED_WITHIN, 'enter') &&
    !sentence.says('code', 'passcode') &&
    (sentence.says('proof') || subject !== 'nothing') &&
    !token.shape.common &&
    rivals === 1 &&
    others === 0 &&
    !subjectOther
  );
}

/** "If it is you, type" and the code below it. */
function leadsDown(sentence: Sentence, { proves }: Survey): boolean {
  return sentence.says('enter') && (sentence.says('proof') || (proves && !/[.!?。！？।]$/.test(sentence.text)));
}

/** "Customer number:" and the number below it. */
function endsInLabel(sentence: Sentence): boolean {
  const last = sentence.words.filter(({ notion }) => notion !== 'minutes' && notion !== 'hours').at(-1);
  return last?.notion === 'label' && sentence.text.length - last.to <= 3 && !sentence.says('code', 'passcode', 'proof');
}

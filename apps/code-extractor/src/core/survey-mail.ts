import { type Naming, namingOf } from './naming.ts';
import { looksLikeAnother } from './other-looks.ts';
import { otherNumber } from './other-names.ts';
import type { Place } from './place.ts';
import type { Sentence } from './sentences.ts';

/** What the whole mail says, whatever the token. */
export interface Survey {
  readonly sentences: readonly Sentence[];
  readonly subject: Naming;
  readonly subjectOther: boolean;
  readonly happened: boolean;
  /** How many sentences speak of an order, a parcel, a discount. */
  readonly others: number;
  readonly proves: boolean;
  readonly expires: boolean;
  readonly secret: boolean;
  readonly short: boolean;
  readonly inSubject: ReadonlySet<string>;
  /** What is named as another number somewhere. */
  readonly otherNumbers: ReadonlySet<string>;
  readonly values: number;
  /** Of these, how many may be codes. */
  readonly rivals: number;
  /** The strongest that any sentence of the body says. */
  readonly body: Naming;
}

const SHORT_MAIL = 8;
/** From the strongest down. */
const ORDER: readonly Naming[] = ['proven', 'code', 'told', 'proof', 'entered', 'nothing'];

export function surveyMail(sentences: readonly Sentence[], places: readonly Place[]): Survey {
  const title = sentences.filter(({ line }) => line < 0);
  const body = sentences.filter(({ line }) => line >= 0);
  const strongest = (all: readonly Sentence[]): Naming => {
    const namings = all.map(namingOf);
    return ORDER.find((naming) => namings.includes(naming)) ?? 'nothing';
  };
  return {
    sentences,
    body: strongest(body),
    subject: strongest(title),
    subjectOther: title.some(speaksOfOther),
    happened: title.some((sentence) => sentence.says('happened')),
    others: body.filter(speaksOfOther).length,
    proves: sentences.some((sentence) => sentence.says('proof', 'passcode') || namingOf(sentence) === 'proven'),
    expires: body.some((sentence) => sentence.says('minutes') && (sentence.says('valid') || /\d/.test(sentence.text))),
    secret: body.some((sentence) => sentence.says('secret')),
    short: (sentences.at(-1)?.line ?? 0) < SHORT_MAIL,
    inSubject: new Set(places.filter(({ sentence }) => sentence.line < 0).map(({ token }) => token.value)),
    otherNumbers: new Set(places.filter((place) => otherNumber(place) !== undefined).map(({ token }) => token.value)),
    values: countValues(places.filter(isRare)),
    rivals: countValues(places.filter((place) => isRare(place) && mayBeCode(place))),
  };
}

/** Neither an address nor a case's number, which stand in footers of mails that have a code. */
function mayBeCode(place: Place): boolean {
  return otherNumber(place) === undefined && looksLikeAnother(place).length === 0;
}

function isRare({ token }: Place): boolean {
  return !token.shape.common && !/^(19|20)\d\d$/.test(token.text);
}

function countValues(places: readonly Place[]): number {
  return new Set(places.map(({ token }) => token.value)).size;
}

/** A share of a hundred is that of a discount or an interest. */
function speaksOfOther(sentence: Sentence): boolean {
  return sentence.says('other') || (sentence.text.includes('%') && /\d ?%/.test(sentence.text));
}

import { type Naming, namingOf, namingOfOwn } from './naming.ts';
import { endsInLabel, isMisnamed, otherNumber } from './other-names.ts';
import { isNear, type Place, sentenceAbove, sentencesBelow } from './place.ts';
import type { Sentence } from './sentences.ts';
import type { Survey } from './survey-mail.ts';

/** What a sentence above says of a token that has words of its own beside it. */
const NOT_ALONE = 0.3;
const SAME: Readonly<Record<Naming, number>> = { proven: 0.6, code: 0.4, told: 0.4, entered: 0.2, proof: 0.2, nothing: 0 };
const ABOVE: Readonly<Record<Naming, number>> = { proven: 0.5, code: 0.4, told: 0.4, entered: 0.2, proof: 0.15, nothing: 0 };
const BELOW: Readonly<Record<Naming, number>> = { proven: 0.35, code: 0.3, told: 0.25, entered: 0.15, proof: 0.1, nothing: 0 };

/** How the mail calls a token. */
export interface Name {
  readonly weight: number;
  readonly naming: Naming;
  readonly reason: string;
  readonly sentence: Sentence;
  /** What names it names something else. */
  readonly other: boolean;
}

/** What calls the token by a name: its own sentence, else one above, else one below; for one in the subject, the body. */
export function nameOf(place: Place, mail: Survey): Name {
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

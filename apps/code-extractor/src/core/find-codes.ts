import { findTokens } from './candidates.ts';
import type { Link } from './mail.ts';
import { type Name, nameOf } from './name-of.ts';
import type { Naming } from './naming.ts';
import { looksLikeAnother } from './other-looks.ts';
import { isLedTo, type Place, toPlace } from './place.ts';
import type { Sentence } from './sentences.ts';
import { type Survey, surveyMail } from './survey-mail.ts';
import { isOtherLabel, isReaders, isYours } from './whose-code.ts';

/** A token that might be a code, with what speaks for and against it. */
export interface Candidate {
  readonly value: string;
  /** From 0; from 1 on it is sure, and more still ranks before less. */
  readonly score: number;
  readonly reasons: readonly string[];
}

/** The best candidate is answered only from here on; a wrong code is worse than none. */
export const ENOUGH = 0.6;
/** What has the marks of a code and no name is not answered. */
const UNNAMED = ENOUGH - 0.1;
/** So much a sentence above or below must say of a token that any word may look like. */
const NAMED_ENOUGH = 0.35;

const SUBJECT: Readonly<Record<Naming, number>> = { proven: 0.25, code: 0.2, told: 0.15, entered: 0.05, proof: 0.15, nothing: 0 };

/** A mail with more numbers is a table; what follows is not looked at. */
const MOST_PLACES = 300;

/** All tokens with the shape of a code, best first. */
export function findCodes(sentences: readonly Sentence[], links: readonly Link[]): Candidate[] {
  const hosts = hostLabels(links);
  const places = sentences
    .flatMap((sentence, at) => findTokens(sentence.text).map((token) => toPlace(token, sentence, at)))
    .filter(({ token }) => !hosts.has(token.text.toLowerCase()))
    .slice(0, MOST_PLACES);
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

/** "project-4410" of "project-4410.example" is what the project is called. */
function hostLabels(links: readonly Link[]): ReadonlySet<string> {
  return new Set(links.flatMap(({ href }) => /^https?:\/\/([^/?#]+)/i.exec(href)?.[1]?.toLowerCase().split('.') ?? []));
}

/** What speaks for a token where it is positive, against it where it is negative. */
type Evidence = readonly (readonly [weight: number, reason: string])[];

function judge(place: Place, mail: Survey): Candidate {
  const name = nameOf(place, mail);
  const evidence = [
    ...byPlace(place),
    ...byName(place, name, mail),
    ...byMail(place, mail),
    ...byOtherMatters(name, mail),
    ...byLooks(place, name, mail),
  ].filter(([weight]) => weight !== 0);
  const { shape, value } = place.token;
  const reasons = [shape.name, ...evidence.map(([, reason]) => reason)];
  const score = evidence.reduce((sum, [weight]) => sum + weight, shape.weight);
  if (score >= ENOUGH && !isNamed(name.naming, place, mail))
    return { value, score: UNNAMED, reasons: [...reasons, 'nothing names it'] };
  return { value, score: Math.max(0, Math.round(score * 100) / 100), reasons };
}

function byPlace({ token, sentence, alone, said }: Place): Evidence {
  return [
    [sentence.line < 0 ? 0.1 : 0, 'in the subject'],
    alone ? [0.25, 'alone in its block'] : [said ? 0.1 : 0, 'led to or leading'],
    [token.shape.name === 'digits' && token.value.length === 6 ? 0.05 : 0, 'six digits'],
  ];
}

function byName(place: Place, { weight, naming, reason, sentence, other }: Name, mail: Survey): Evidence {
  const isOther = other || mail.otherNumbers.has(place.token.value);
  const called: Evidence = [
    [weight, reason],
    [isOther ? -0.6 : 0, 'it is named as another number'],
  ];
  if (naming !== 'code') return called;
  const isUnproven = mail.subject !== 'proven' && mail.body !== 'proven';
  return [
    ...called,
    [isYours(sentence) ? 0.2 : 0, "it is called the reader's own"],
    [isReaders(place, sentence, mail) ? 0 : -0.25, 'nothing says that it is for the reader to type'],
    [isUnproven && isOtherLabel(place, sentence) ? -0.5 : 0, 'its label says what else it is for'],
  ];
}

function byMail({ token, sentence }: Place, mail: Survey): Evidence {
  const inBody = sentence.line >= 0;
  return [
    [inBody ? SUBJECT[mail.subject] : 0, 'the subject speaks of it'],
    [inBody && mail.inSubject.has(token.value) ? 0.25 : 0, 'repeated in the subject'],
    [mail.expires ? 0.1 : 0, 'it lives for minutes'],
    [mail.secret ? 0.1 : 0, 'it is a secret'],
    [mail.values === 1 && !token.shape.common ? 0.1 : 0, 'no other number like it'],
    [mail.short ? 0.05 : 0, 'a short mail'],
  ];
}

/** What else the mail is about; what is surely named as proof suffers less. */
function byOtherMatters({ naming, other }: Name, mail: Survey): Evidence {
  const sure = naming === 'proven' && !other;
  const inSubject = mail.subject === 'proven' ? -0.15 : sure ? -0.4 : -0.5;
  return [
    [mail.happened && naming !== 'proven' ? -0.2 : 0, 'the subject tells what has happened'],
    [mail.subjectOther ? inSubject : 0, 'the subject speaks of an order, a parcel, a discount'],
    [-weightOfOthers(sure, mail), 'the mail speaks of an order, a parcel, a discount'],
  ];
}

function weightOfOthers(sure: boolean, { subject, others }: Survey): number {
  if (subject !== 'nothing' && subject !== 'entered') return sure ? Math.min(0.1, 0.05 * others) : Math.min(0.4, 0.15 * others);
  return Math.min(0.6, (sure && others === 1 ? 0.1 : 0.2) * others);
}

function byLooks(place: Place, name: Name, mail: Survey): Evidence {
  const isProof = mail.proves || (mail.expires && mail.secret);
  return [
    [isProof ? 0 : place.alone || place.said ? -0.3 : -0.5, 'nothing says that it proves anything'],
    ...looksLikeAnother(place).map(({ weight, reason }) => [weight, reason] as const),
    [isAnyWord(place, name) ? -0.6 : 0, 'any word may look so'],
  ];
}

/** Of a common shape, and not where codes stand. */
function isAnyWord(place: Place, { naming, weight }: Name): boolean {
  const { token, alone, said } = place;
  if (!token.shape.common || naming === 'told' || (alone && weight >= NAMED_ENOUGH)) return false;
  const isShown = token.shape.name === 'capitals' ? isLedTo(place) : said;
  return !(isShown && (naming === 'proven' || naming === 'code'));
}

/** Layout alone is no proof: some sentence must speak of it, or the subject, or the mail be of nothing but a number that lives for minutes. */
function isNamed(naming: Naming, { token, sentence, alone }: Place, mail: Survey): boolean {
  const inSubject = sentence.line < 0 || mail.inSubject.has(token.value);
  if (naming === 'proven' || naming === 'code' || naming === 'told') return true;
  if (mail.subject === 'proven' || mail.subject === 'code') return alone || inSubject;
  return mail.values === 1 && (alone || inSubject) && mail.expires && mail.others === 0;
}

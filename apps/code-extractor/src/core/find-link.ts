import { lookUp, type Notion, type WordList, wordList } from './find-words.ts';
import { ASIDE_LINKS, LOGIN_LINKS } from './lexicon/link-words.ts';
import type { Link } from './mail.ts';
import { readSentences, type Sentence } from './sentences.ts';

const ASIDE_WORDS: WordList = wordList(Object.values(ASIDE_LINKS));
const LOGIN_WORDS: WordList = wordList(Object.values(LOGIN_LINKS));
/** Addresses mostly speak English, in whatever language the mail is: what a link does stands in its path or in the names of its parameters. */
const ACTION =
  /confirm|verif|activ|validat|reset|lost[-_]?p|forgot|recover|resendpwd|pwauth|magic|passwordless|one[-_]?time|\botp\b(?!-)|finish[-_]?sign|regist|sign[-_]?up|change[-_]?email|threepid|(log|sign)[-_]?in|bestaetig|best%C3%A4tig|bekr(?:ae|a|e)ft|inscri|iscri|reinit|restablec|recuper|conferma|potwierdz|potvr[dz]|potrd|overen|prihlas|vahvist|kinnit|patvirtin|apstiprin|dogrula|onayla|passwort|parol/i;
const ASIDE =
  /unsub|opt-?out|invalid|nicht[-_]bestaet|abmeld|abbestell|uitschrijv|avregistr|d[eé]sabonn|d[eé]sinscri|darse-de-baja|baja\b|disiscri|dezabon|odhlas|wypis|leiratkoz|otpis|abonelikt|facebook\.|twitter\.|instagram\.|linkedin\.|youtube\.|apps\.apple|play\.google|cancel=|[?&](?:invite|referral|promo|coupon|voucher)(?:[-_]?code)?=|\.(?:png|jpe?g|gif|svg|css|ico)(?:$|\?)/i;
/** Pages beside the matter, unless the address says what it does: "/settings/email/confirm". */
const SIDE_PAGE = /preference|\/settings(?![^?]*\?)|privacy|\/terms|\/help|\/support|\/contact|\/faq/i;
/** Names of campaigns, and of the page to go on to, are no secrets. */
const CAMPAIGN =
  /([?&])(?:utm_\w+|mc_[ce]id|[cem]id|cmp|trk|mkt_tok|fbclid|gclid|_hs\w+|lang|locale|hl|source|ref|campaign(?:_?id)?|(?:next|redirect\w*|return\w*|continue\w*|goto|back)(?==(?![^&#]*(?:token|code|key|secret))))=[^&#]*/gi;
/** A secret made for one reader: a named parameter, or a long mixture of letters and digits. */
const SECRET =
  /[?&#;](?:[\w-]*(?:token|secret|code|key|hash|sig|auth|pwauth|string|otp|ticket|jwt|t|k|c))=[^&]{6,}|[/=](?=[^/=&?]*\d)(?=[^/=&?]*[A-Za-z])[\w.~%-]{12,}/i;
/** A short one mixes small letters, capitals and digits. */
const SHORT_SECRET = /[/=](?=[^/=&?]*\d)(?=[^/=&?]*[a-z])(?=[^/=&?]*[A-Z])[\w-]{8,11}(?=$|[/?&])/;
/** What may be a secret, or the name of an article: any short mixture. */
const LIKELY_SECRET = /[=/](?=[a-z_-]*\d)(?=[\d_-]*[a-z])[\w-]{6,11}(?=$|[/?&#])/i;
const ENOUGH = 0.7;

interface FoundLink {
  readonly link: string;
  readonly score: number;
}

/** What the mail says, whatever the link. */
interface Mail {
  readonly sentences: readonly Sentence[];
  readonly subjectProves: boolean;
  readonly subjectOther: boolean;
  /** It has one link that only its reader can have, and says how long it lives. */
  readonly isOfOneLink: boolean;
  /** It has one such link, without words of its own. */
  readonly isOfBareLink: boolean;
}

interface Secret {
  readonly link: Link;
  readonly address: string;
  readonly weight: number;
}

/** The link that the reader must open, or none; it is never followed. */
export function findLink(links: readonly Link[], code: string | null, sentences: readonly Sentence[]): FoundLink | undefined {
  const secrets = links.flatMap((link) => toSecret(link, code) ?? []);
  if (secrets.length === 0) return undefined;
  const mail = describe(sentences, secrets, code);
  let best: FoundLink | undefined;
  for (const secret of secrets.slice(0, MOST_SECRETS)) {
    const { score: least } = best ?? { score: ENOUGH - 0.01 };
    const score = scoreOf(secret, mail, least);
    if (score > least) best = { link: secret.link.href, score: Math.min(1, score) };
  }
  return best;
}

/** A mail with more of them is a newsletter. */
const MOST_SECRETS = 100;

/** A link that only its reader can have; undefined for one that anybody may open. */
function toSecret(link: Link, code: string | null): Secret | undefined {
  const { href, text } = link;
  if (!/^https?:\/\//i.test(href)) return undefined;
  const address = href.replace(/^https?:\/\/[^/]*/i, '').replace(CAMPAIGN, '$1');
  const isSure = SECRET.test(address) || SHORT_SECRET.test(address) || (code !== null && address.includes(code));
  if ((!isSure && !LIKELY_SECRET.test(address)) || ASIDE.test(href)) return undefined;
  if (lookUp(ASIDE_WORDS, text) || (SIDE_PAGE.test(href) && !(isSure && ACTION.test(address)))) return undefined;
  return { link, address, weight: isSure ? 0.4 : 0.3 };
}

function describe(sentences: readonly Sentence[], secrets: readonly Secret[], code: string | null): Mail {
  const isOnly = new Set(secrets.map(({ link }) => link.href)).size === 1;
  const subject = sentences.filter(({ line }) => line < 0);
  const says = (...notions: readonly Notion[]): boolean => subject.some((one) => one.says(...notions));
  return {
    sentences,
    subjectProves: says(...PROVES) && !says('happened'),
    subjectOther: says('other', 'happened'),
    isOfBareLink: isOnly && secrets.every(({ link }) => link.text === ''),
    isOfOneLink: isOnly && code === null && sentences.some((one) => one.says('valid') && one.says('minutes', 'hours')),
  };
}

const PROVES: readonly Notion[] = ['proof', 'passcode', 'password'];

/** How much a link and what is said of it speak for it, in hundredths. What stands around it is looked for only where it may be more than `least`. */
function scoreOf({ link: { text }, address, weight }: Secret, mail: Mail, least: number): number {
  const { sentences, isOfOneLink } = mail;
  const own = ownWords(text, mail);
  const score = round(weight + own.weight + (ACTION.test(address) ? 0.35 : 0));
  const most = own.mayBeLedTo ? round(score + LED_TO) : score;
  if (most <= least) return 0;
  const at = text === '' ? -1 : sentences.findIndex((sentence) => sentence.text.includes(text));
  const around = sentences[at];
  if (around !== undefined && isForOthers(around, sentences[at - 1], text)) return 0;
  return isOfOneLink || sentences[at - 1]?.says(...PROVES) === true ? most : score;
}

function round(score: number): number {
  return Math.round(score * 100) / 100;
}

const LED_TO = 0.15;

/** What the link's own words and the subject say; and whether what stands above it may say more. */
function ownWords(text: string, mail: Mail): { weight: number; mayBeLedTo: boolean } {
  const { subjectProves, subjectOther, isOfOneLink } = mail;
  const bySubject = subjectOther ? (subjectProves ? 0 : -0.2) : subjectProves ? 0.15 : 0;
  const own = readSentences('', [text]);
  if (!own.some((sentence) => sentence.says(...PROVES))) return { weight: bySubject + withoutWords(mail), mayBeLedTo: false };
  if (own.some((sentence) => sentence.says('other'))) return { weight: bySubject + 0.1, mayBeLedTo: false };
  if (lookUp(LOGIN_WORDS, text)) return { weight: bySubject + 0.2 + (isOfOneLink ? LED_TO : 0), mayBeLedTo: false };
  return { weight: bySubject + 0.3, mayBeLedTo: true };
}

/** What speaks for a link whose own words say nothing. */
function withoutWords({ subjectProves, subjectOther, isOfBareLink, isOfOneLink, sentences }: Mail): number {
  if (subjectOther) return 0;
  if (subjectProves) return isOfOneLink ? 0.3 : isOfBareLink ? 0.15 : 0;
  return isOfBareLink && sentences.some((sentence) => sentence.says(...PROVES)) ? 0.1 : 0;
}

/** "If it was not you, secure your account", "Not you? Secure your account". */
function isForOthers(around: Sentence, before: Sentence | undefined, text: string): boolean {
  if (around.says('denied')) return around.text.length > text.length;
  return before?.line === around.line && before.says('denied');
}

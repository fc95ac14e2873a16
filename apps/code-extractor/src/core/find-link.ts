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
  /unsub|opt-?out|abmeld|abbestell|uitschrijv|avregistr|d[eé]sabonn|d[eé]sinscri|darse-de-baja|baja\b|disiscri|dezabon|odhlas|wypis|leiratkoz|otpis|abonelikt|facebook\.|twitter\.|instagram\.|linkedin\.|youtube\.|apps\.apple|play\.google|cancel=|[?&](?:invite|referral|promo|coupon|voucher)(?:[-_]?code)?=|\.(?:png|jpe?g|gif|svg|css|ico)(?:$|\?)/i;
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
  for (const { link, address, weight } of secrets.slice(0, MOST_SECRETS)) {
    const score = weight + wordsFor(link.text, mail) + (ACTION.test(address) ? 0.35 : 0);
    if (best === undefined || score > best.score) best = { link: link.href, score: Math.min(1, score) };
  }
  return best !== undefined && best.score >= ENOUGH ? best : undefined;
}

/** A mail with more of them is a newsletter. */
const MOST_SECRETS = 100;

/** A link that only its reader can have; undefined for one that anybody may open. */
function toSecret(link: Link, code: string | null): Secret | undefined {
  const { href, text } = link;
  if (!/^https?:\/\//i.test(href) || ASIDE.test(href)) return undefined;
  const address = href.replace(/^https?:\/\/[^/]*/i, '').replace(CAMPAIGN, '$1');
  const isSure = SECRET.test(address) || SHORT_SECRET.test(address) || (code !== null && address.includes(code));
  if (!isSure && !LIKELY_SECRET.test(address)) return undefined;
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

/** How much the words on a link, or before a bare address, those around it and those of the subject say that it proves something. */
function wordsFor(text: string, mail: Mail): number {
  const { sentences, subjectProves, subjectOther, isOfOneLink } = mail;
  const at = text === '' ? -1 : sentences.findIndex((sentence) => sentence.text.includes(text));
  const around = sentences[at];
  if (around !== undefined && isForOthers(around, sentences[at - 1], text)) return -0.4;
  const bySubject = subjectOther ? (subjectProves ? 0 : -0.2) : subjectProves ? 0.15 : 0;
  const own = readSentences('', [text]);
  if (!own.some((sentence) => sentence.says(...PROVES))) return bySubject + (bySubject > 0 ? withoutWords(mail) : 0);
  if (own.some((sentence) => sentence.says('other'))) return bySubject + 0.1;
  const isDoor = lookUp(LOGIN_WORDS, text);
  const above = isDoor ? undefined : sentences[at - 1];
  return bySubject + (isDoor ? 0.2 : 0.3) + (isOfOneLink || above?.says(...PROVES) === true ? 0.15 : 0);
}

/** A link whose own words say nothing, in a mail whose subject speaks of a proof. */
function withoutWords({ isOfBareLink, isOfOneLink }: Mail): number {
  if (isOfOneLink) return 0.3;
  return isOfBareLink ? 0.15 : 0;
}

/** "If it was not you, secure your account", "Not you? Secure your account". */
function isForOthers(around: Sentence, before: Sentence | undefined, text: string): boolean {
  if (around.says('denied')) return around.text.length > text.length;
  return before?.line === around.line && before.says('denied');
}

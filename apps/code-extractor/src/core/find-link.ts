import { lookUp, type Notion, type WordList, wordList } from './find-words.ts';
import { ASIDE_LINKS } from './lexicon/link-words.ts';
import type { Link } from './mail.ts';
import { readSentences, type Sentence } from './sentences.ts';

const ASIDE_WORDS: WordList = wordList(Object.values(ASIDE_LINKS));
/** Addresses speak English in every language: what such a link does stands in its path or in the names of its parameters. */
const ACTION =
  /confirm|verif|activat|validat|reset|lost[-_]?p|forgot|recover|resendpwd|pwauth|magic|passwordless|one[-_]?time|\botp\b|finish[-_]?sign|regist|sign[-_]?up|change[-_]?email|threepid|(log|sign)[-_]?in|bestaetig|best%C3%A4tig|confirmar|conferma|potwierdz/i;
const ASIDE =
  /unsub|opt-?out|preference|\/settings(?![^?]*\?)|privacy|\/terms|\/help|\/support|\/contact|\/faq|facebook\.|twitter\.|instagram\.|linkedin\.|youtube\.|apps\.apple|play\.google|cancel=|\.(?:png|jpe?g|gif|svg|css|ico)(?:$|\?)/i;
/** Names of campaigns are no secrets. */
const CAMPAIGN = /([?&])(?:utm_\w+|mc_[ce]id|fbclid|gclid|_hs\w+|lang|locale|hl|source|ref|campaign)=[^&#]*/gi;
/** A secret made for one reader: a named parameter, or a long mixture of letters and digits. */
const SECRET =
  /[?&#;](?:[\w-]*(?:token|secret|code|key|hash|sig|auth|pwauth|string|otp|ticket|jwt|t|k|c))=[^&]{6,}|[/=](?=[^/=&?]*\d)(?=[^/=&?]*[A-Za-z])[\w.~%-]{12,}/i;
/** A short one mixes small letters, capitals and digits. */
const SHORT_SECRET = /[/=](?=[^/=&?]*\d)(?=[^/=&?]*[a-z])(?=[^/=&?]*[A-Z])[\w-]{8,11}(?=$|[/?&])/;
const ENOUGH = 0.7;

interface FoundLink {
  readonly link: string;
  readonly score: number;
}

/** The link that the reader must open, or none; it is never followed. */
export function findLink(links: readonly Link[], code: string | null, sentences: readonly Sentence[]): FoundLink | undefined {
  let best: FoundLink | undefined;
  for (const { href, text } of links) {
    if (!/^https?:\/\//i.test(href) || ASIDE.test(href)) continue;
    const address = href.replace(/^https?:\/\/[^/]*/i, '').replace(CAMPAIGN, '$1');
    const secret = SECRET.test(address) || SHORT_SECRET.test(address) || (code !== null && address.includes(code));
    if (!secret || lookUp(ASIDE_WORDS, text)) continue;
    const score = 0.4 + wordsFor(text, sentences) + (ACTION.test(address) ? 0.35 : 0);
    if (best === undefined || score > best.score) best = { link: href, score: Math.min(1, score) };
  }
  return best !== undefined && best.score >= ENOUGH ? best : undefined;
}

/** How much the words on a link, or before a bare address, say that it proves something. */
function wordsFor(text: string, sentences: readonly Sentence[]): number {
  const around = sentences.find((sentence) => text !== '' && sentence.text.includes(text));
  if (around?.says('denied') === true && around.text.length > text.length) return -0.4;
  const own = readSentences('', [text]);
  const says = (...notions: Notion[]): boolean => own.some((sentence) => sentence.says(...notions));
  if (says('proof', 'passcode', 'password')) return says('other') ? 0.1 : 0.3;
  return 0;
}

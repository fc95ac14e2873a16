import { LINK_CUES, NOT_A_VERIFICATION_LINK } from './lexicon.ts';
import type { Link } from './mail.ts';

const CUE = new RegExp(LINK_CUES.join('|'), 'iu');
const OTHER = new RegExp(NOT_A_VERIFICATION_LINK, 'iu');
/** Addresses speak English in every language: what such a link does stands in its path or in the names of its parameters. */
const ACTION =
  /confirm|verif|activat|validat|reset|lost[-_]?p|forgot|recover|resendpwd|pwauth|magic|passwordless|one[-_]?time|\botp\b|finish[-_]?sign|regist|sign[-_]?up|change[-_]?email|threepid|(log|sign)[-_]?in/i;
/** A secret made for one reader: a named parameter, or a long mixture of letters and digits. */
const SECRET =
  /[?&#;](?:[\w-]*(?:token|secret|code|key|hash|sig|auth|pwauth|string|otp|ticket|jwt|t|k|c))=[^&]{6,}|[/=](?=[^/=&?]*\d)(?=[^/=&?]*[A-Za-z])[\w.~%-]{12,}/i;
/** A short one mixes small letters, capitals and digits. */
const SHORT_SECRET = /[/=](?=[^/=&?]*\d)(?=[^/=&?]*[a-z])(?=[^/=&?]*[A-Z])[\w-]{8,11}(?=$|[/?&])/;
const ENOUGH = 0.7;

/** The link that the reader must open, or none; it is never followed. */
export function findLink(links: readonly Link[], code: string | null): { link: string; score: number } | undefined {
  let best: { link: string; score: number } | undefined;
  for (const { href, text } of links) {
    if (!/^https?:\/\//i.test(href) || OTHER.test(text) || OTHER.test(href)) continue;
    const address = href.replace(/^https?:\/\/[^/]*/i, '');
    const secret = SECRET.test(address) || SHORT_SECRET.test(address) || (code !== null && address.includes(code));
    if (!secret) continue;
    const score = 0.4 + (CUE.test(text) ? 0.3 : 0) + (ACTION.test(address) ? 0.35 : 0);
    if (best === undefined || score > best.score) best = { link: href, score: Math.min(1, score) };
  }
  return best !== undefined && best.score >= ENOUGH ? best : undefined;
}

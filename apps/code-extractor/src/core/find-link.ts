import { LINK_CUES, NOT_A_VERIFICATION_LINK } from './lexicon.ts';
import type { Link } from './mail.ts';

const CUE = new RegExp(LINK_CUES.join('|'), 'iu');
const OTHER = new RegExp(NOT_A_VERIFICATION_LINK, 'iu');
/** What only a link made for one reader has. */
const TOKEN = /[?&=/#][\w-]{8,}/;

/** The link that the reader must open, or none; it is never followed. */
export function findLink(links: readonly Link[]): { link: string; score: number } | undefined {
  let best: { link: string; score: number } | undefined;
  for (const { href, text } of links) {
    if (!/^https?:\/\//i.test(href) || OTHER.test(text) || OTHER.test(href)) continue;
    const score = (CUE.test(text) ? 0.6 : 0) + (CUE.test(pathOf(href)) ? 0.25 : 0) + (TOKEN.test(href) ? 0.15 : 0);
    if (best === undefined || score > best.score) best = { link: href, score };
  }
  return best !== undefined && best.score >= 0.7 ? best : undefined;
}

function pathOf(href: string): string {
  return href.replace(/^https?:\/\/[^/]*/i, '');
}

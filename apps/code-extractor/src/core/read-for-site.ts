import { extract, type Finding } from './extract.ts';
import type { ReadableMail } from './mail.ts';
import { fitsSubject, type KnownSite } from './site-book.ts';

/** How a site's own patterns fared with a mail; null where the site has none. */
export type PatternOutcome = 'matched' | 'fellBack' | 'nothing' | 'otherSubject';

export interface SiteFinding extends Finding {
  readonly outcome: PatternOutcome | null;
}

type Shown = Pick<ReadableMail, 'subject' | 'lines' | 'links'>;

/** Found although the site's own patterns, which know its mails, found nothing: no more than likely. */
const TRUST_AFTER_A_MISS = 0.6;

/** What the mail holds by the site's patterns; by the generic extractor where it has none, or they find nothing. */
export function readForSite(mail: Shown, site: KnownSite | undefined): SiteFinding {
  if (site === undefined) return { ...extract(mail), outcome: null };
  if (!fitsSubject(site, mail.subject)) return { ...NOTHING, reason: OTHER_SUBJECT, outcome: 'otherSubject' };
  const generic = extract(mail);
  const finding = { ...generic, expiresIn: generic.expiresIn ?? site.rules.expiresIn ?? null };
  if (site.code === undefined && site.link === undefined) return { ...finding, outcome: null };
  const code = findSiteCode(mail, site);
  const link = site.link === undefined ? undefined : findSiteLink(mail, site.link);
  if (code !== undefined || link !== undefined) return { ...combine(finding, site, code, link), outcome: 'matched' };
  if (generic.kind === 'none')
    return { ...finding, reason: { ...NO_MATCH, detail: `${NO_MATCH.detail}; ${finding.reason?.detail}` }, outcome: 'nothing' };
  // What the site has no pattern for was no pattern's to find.
  const isMissed = (site.code !== undefined && generic.code !== null) || (site.link !== undefined && generic.link !== null);
  return isMissed
    ? { ...finding, confidence: finding.confidence * TRUST_AFTER_A_MISS, outcome: 'fellBack' }
    : { ...finding, outcome: null };
}

const NOTHING: Finding = { kind: 'none', code: null, link: null, confidence: 0, expiresIn: null, reason: null, candidates: [] };
const OTHER_SUBJECT = { code: 'other_subject', detail: 'The subject is none of those under which this site mails codes' };
const NO_MATCH = { code: 'no_match', detail: "The site's pattern found nothing" };

/** What the site's patterns find stands alone; what it has no pattern for is as the generic extractor says. */
function combine(generic: Finding, site: KnownSite, own: string | undefined, ownLink: string | undefined): Finding {
  const code = own ?? (site.code === undefined ? generic.code : null);
  const link = ownLink ?? (site.link === undefined ? generic.link : null);
  return {
    ...generic,
    kind: code === null ? 'link' : link === null ? 'code' : 'code+link',
    code,
    link,
    confidence: 1,
    reason: null,
    candidates: own === undefined ? generic.candidates : [{ value: own, score: 1, reasons: ["the site's pattern"] }],
  };
}

function findSiteCode({ subject, lines }: Shown, { code }: KnownSite): string | undefined {
  const found = code?.pattern.find([subject, ...lines].join('\n'), code.group)?.trim();
  return found === undefined || found === '' ? undefined : ungroup(found);
}

/** Blanks and dashes that only group digits are not typed. */
function ungroup(code: string): string {
  return /^[\d -]+$/.test(code) ? code.replace(/[ -]/g, '') : code;
}

/** Addresses of all links together that a pattern looks at; the link that people are to open stands among the first. */
const LINKS_LIMIT = 16_384;

function findSiteLink({ links }: Shown, pattern: NonNullable<KnownSite['link']>): string | undefined {
  let seen = 0;
  for (const { href } of links) {
    seen += href.length;
    if (seen > LINKS_LIMIT) return undefined;
    if (/^https?:\/\//i.test(href) && pattern.isIn(href)) return href;
  }
  return undefined;
}

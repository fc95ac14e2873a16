import type { ExtractionKind } from '@otterpost/contracts/extraction';

import { type Candidate, ENOUGH, findCodes } from './find-codes.ts';
import { findLink } from './find-link.ts';
import { VALIDITY_CUES, VALIDITY_UNITS } from './lexicon.ts';
import type { ReadableMail } from './mail.ts';

export interface Finding {
  readonly kind: ExtractionKind;
  readonly code: string | null;
  readonly link: string | null;
  readonly confidence: number;
  readonly expiresIn: number | null;
  /** Why there is nothing; null when there is something. */
  readonly reason: { readonly code: string; readonly detail: string } | null;
  readonly candidates: readonly Candidate[];
}

/** What the reader must type or open, found by layout and words; nothing, rather than a guess. */
export function extract(mail: Pick<ReadableMail, 'subject' | 'lines' | 'links'>): Finding {
  const candidates = findCodes(mail.subject, mail.lines);
  const [first, second] = candidates;
  const enough = first !== undefined && first.score >= ENOUGH;
  const ambiguous = enough && second !== undefined && second.score >= first.score;
  const code = enough && !ambiguous ? first.value : null;
  const found = findLink(mail.links, code);
  const link = found?.link ?? null;
  return {
    kind: code === null ? (link === null ? 'none' : 'link') : link === null ? 'code' : 'code+link',
    code,
    link,
    confidence: code !== null ? (first?.score ?? 0) : (found?.score ?? 0),
    expiresIn: findValidity(mail.lines),
    reason: code !== null || link !== null ? null : whyNothing(first, ambiguous),
    candidates: candidates.slice(0, 10),
  };
}

function whyNothing(first: Candidate | undefined, ambiguous: boolean): { code: string; detail: string } {
  if (first === undefined) return { code: 'no_candidate', detail: 'Nothing in the mail has the shape of a code' };
  if (ambiguous) return { code: 'several_candidates', detail: 'Several tokens are as likely, and none is guessed' };
  return { code: 'no_cue', detail: `The likeliest token is not spoken of as a code (${first.reasons.join(', ')})` };
}

const VALIDITY = new RegExp(VALIDITY_CUES, 'iu');
const SPANS = VALIDITY_UNITS.map(([words, seconds]) => ({ pattern: new RegExp(`(\\d{1,3}) ?(?:${words})`, 'iu'), seconds }));

/** "Valid for 10 minutes", in seconds. */
function findValidity(lines: readonly string[]): number | null {
  for (const line of lines) {
    if (!VALIDITY.test(line)) continue;
    for (const { pattern, seconds } of SPANS) {
      const amount = pattern.exec(line)?.[1];
      if (amount !== undefined) return Number(amount) * seconds;
    }
  }
  return null;
}

import type { ExtractionKind } from '@otterpost/contracts/extraction';

import { type Candidate, ENOUGH, findCodes } from './find-codes.ts';
import { findLink } from './find-link.ts';
import { findValidity } from './find-validity.ts';
import type { ReadableMail } from './mail.ts';
import { withoutQuoted } from './quoted-reply.ts';
import { joinCells, readSentences } from './sentences.ts';

/** More than a mail with a code has; what follows is not looked at. */
const MOST_LINES = 400;
const MOST_CHARACTERS = 100_000;
const LONGEST_LINE = 4000;
const MOST_LINKS = 500;

/** Of two that are so close none is guessed. */
const TOO_CLOSE = 0.05;

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
  const begun = { ...mail, lines: beginning(mail.lines), links: mail.links.slice(0, MOST_LINKS) };
  const { subject, lines, links } = withoutQuoted(begun);
  const sentences = readSentences(subject, joinCells(lines));
  const candidates = findCodes(sentences, links);
  const [first, second] = candidates;
  const enough = first !== undefined && first.score >= ENOUGH;
  const ambiguous = enough && second !== undefined && second.score > first.score - TOO_CLOSE;
  const code = enough && !ambiguous ? first.value : null;
  const found = findLink(links, code, sentences);
  const link = found?.link ?? null;
  return {
    kind: code === null ? (link === null ? 'none' : 'link') : link === null ? 'code' : 'code+link',
    code,
    link,
    confidence: code !== null ? atMostOne(first?.score ?? 0) : (found?.score ?? 0),
    expiresIn: findValidity(sentences),
    reason: code !== null || link !== null ? null : whyNothing(first, ambiguous),
    candidates: candidates.slice(0, 10).map((candidate) => ({ ...candidate, score: atMostOne(candidate.score) })),
  };
}

function atMostOne(score: number): number {
  return Math.min(1, score);
}

function beginning(lines: readonly string[]): string[] {
  const taken: string[] = [];
  let characters = 0;
  for (const line of lines.slice(0, MOST_LINES)) {
    const cut = line.slice(0, LONGEST_LINE);
    characters += cut.length;
    if (characters > MOST_CHARACTERS) break;
    taken.push(cut);
  }
  return taken;
}

function whyNothing(first: Candidate | undefined, ambiguous: boolean): { code: string; detail: string } {
  if (first === undefined) return { code: 'no_candidate', detail: 'Nothing in the mail has the shape of a code' };
  if (ambiguous) return { code: 'several_candidates', detail: 'Several tokens are as likely, and none is guessed' };
  return { code: 'no_cue', detail: `The likeliest token is not spoken of as a code (${first.reasons.join(', ')})` };
}

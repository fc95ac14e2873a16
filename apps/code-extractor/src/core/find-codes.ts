import { CODE_CUES, NOT_A_CODE } from './lexicon.ts';

/** A token that might be a code, with what speaks for and against it. */
export interface Candidate {
  readonly value: string;
  readonly score: number;
  readonly reasons: readonly string[];
}

/** The best candidate is answered only from here on; a wrong code is worse than none. */
export const ENOUGH = 0.6;
/** Cues reach this many lines down to their code. */
const CUE_REACH = 4;

const STRONG_CUE = new RegExp(Object.values(CODE_CUES).flat().join('|'), 'iu');
const OTHER_NUMBER = new RegExp(NOT_A_CODE.join('|'), 'iu');

const SHAPES: readonly { readonly name: string; readonly pattern: RegExp; readonly weight: number }[] = [
  { name: 'one digit a cell', pattern: /(?<![\w-])\d(?: ?-? \d| - \d){3,9}(?![\w-])/gu, weight: 0.1 },
  { name: 'groups of digits', pattern: /(?<![\w.,:/#+*-])\d{3,4}[ -]\d{3,4}(?![\w-]|[.,:/]\d)/gu, weight: 0.05 },
  { name: 'letter and digits', pattern: /(?<![\w-])[A-Z]-\d{4,8}(?![\w-])/gu, weight: 0.1 },
  {
    name: 'groups of letters and digits',
    pattern: /(?<![\w-])(?=[A-Z-]*\d)[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,2}(?![\w-])/gu,
    weight: 0.05,
  },
  {
    name: 'digits',
    pattern:
      /(?<![A-Za-z0-9_.,:/#+*$€£¥-])\d{4,10}(?![A-Za-z0-9_@%-]|[.,:/]\d)|(?<=[:：] ?)\d{4,10}(?![A-Za-z0-9_@%-]|[.,:/]\d)/gu,
    weight: 0.1,
  },
  { name: 'letters and digits', pattern: /(?<![\w.@/#-])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{5,10}(?![\w@-]|\.\w)/gu, weight: 0 },
];

/** All tokens with the shape of a code, best first. Lines must be normalized; the subject is the first place to look. */
export function findCodes(subject: string, lines: readonly string[]): Candidate[] {
  const best = new Map<string, Candidate>();
  const cueLines = [...lines.entries()].filter(([, line]) => STRONG_CUE.test(line)).map(([at]) => at);
  const subjectCue = STRONG_CUE.test(subject);
  const keep = (candidate: Candidate): void => {
    const known = best.get(candidate.value);
    if (known === undefined || known.score < candidate.score) best.set(candidate.value, candidate);
  };
  for (const token of tokensOf(subject)) keep(judgeSubject(subject, token, subjectCue));
  for (const [at, line] of lines.entries()) {
    for (const token of tokensOf(line)) keep(judgeLine({ line, at, token, cueLines, subjectCue }));
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}

interface Token {
  readonly text: string;
  readonly value: string;
  readonly index: number;
  readonly shape: string;
  readonly weight: number;
}

function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  for (const { name, pattern, weight } of SHAPES) {
    for (const match of line.matchAll(pattern)) {
      const index = match.index;
      if (tokens.some((token) => index < token.index + token.text.length && token.index < index + match[0].length)) continue;
      tokens.push({ text: match[0], value: toCode(match[0]), index, shape: name, weight });
    }
  }
  return tokens;
}

/** Blanks and dashes that only group digits go; alphanumeric codes stay as shown (CONTRACT, "Codes and extraction"). */
function toCode(text: string): string {
  return /^[\d -]+$/.test(text) ? text.replace(/[ -]/g, '') : text;
}

function judgeSubject(subject: string, token: Token, cue: boolean): Candidate {
  const reasons = [`${token.shape} in the subject`];
  let score = 0.2 + token.weight;
  if (cue) {
    score += 0.6;
    reasons.push('the subject names a code');
  }
  return finish(token, subject, score, reasons, cue);
}

function judgeLine(place: {
  line: string;
  at: number;
  token: Token;
  cueLines: readonly number[];
  subjectCue: boolean;
}): Candidate {
  const { line, at, token, cueLines, subjectCue } = place;
  const reasons: string[] = [token.shape];
  let score = token.weight;
  const alone = isAlone(line, token);
  if (alone) {
    score += 0.3;
    reasons.push('alone in its line');
  }
  const sameLine = cueLines.includes(at);
  const distance = Math.min(...cueLines.filter((cue) => cue < at).map((cue) => at - cue), Number.POSITIVE_INFINITY);
  const below = cueLines.some((cue) => cue === at + 1 || cue === at + 2);
  if (sameLine) {
    score += 0.6;
    reasons.push('its line names a code');
  } else if (distance <= CUE_REACH) {
    score += alone ? 0.45 : 0.2;
    reasons.push(`a line ${distance} above names a code`);
  } else if (below && alone) {
    score += 0.35;
    reasons.push('a line below names a code');
  }
  if (subjectCue) {
    score += 0.2;
    reasons.push('the subject names a code');
  }
  return finish(token, line, score, reasons, sameLine);
}

/** "Your code: 123456" and "123456" are alone; so is a code with a full stop. */
function isAlone(line: string, { text, index }: Token): boolean {
  return line.slice(0, index).trim() === '' && /^[.\s]*$/.test(line.slice(index + text.length));
}

function finish(token: Token, line: string, base: number, reasons: string[], cued: boolean): Candidate {
  let score = base;
  if (OTHER_NUMBER.test(line) && !cued) {
    score -= 0.6;
    reasons.push('its line speaks of another number');
  }
  if (/[©®]/.test(line)) {
    score -= 0.4;
    reasons.push('its line is a footer');
  }
  if (/^(19|20)\d\d$/.test(token.value) && token.text === token.value) {
    score -= 0.4;
    reasons.push('it looks like a year');
  }
  if (/^20\d{6}$/.test(token.value)) {
    score -= 0.3;
    reasons.push('it looks like a date');
  }
  if (/[$€£¥₽]|\b(usd|eur|gbp|руб|zł|kr)\b/iu.test(line)) {
    score -= 0.3;
    reasons.push('its line speaks of money');
  }
  return { value: token.value, score: Math.max(0, Math.min(1, Math.round(score * 100) / 100)), reasons };
}

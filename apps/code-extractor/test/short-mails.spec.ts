import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { extract } from '../src/core/extract.ts';
import { normalizeLine, toLines } from '../src/core/normalize.ts';

interface ShortMail {
  readonly lang: string;
  readonly subject: string;
  readonly text: string;
  readonly code: string | null;
}

const MAILS = readFileSync(new URL('corpus/short-mails.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ShortMail);

const answers = MAILS.map(({ subject, text, code }) => {
  const lines = toLines(text).filter((line) => line !== '');
  return { expected: code, found: extract({ subject: normalizeLine(subject), lines, links: [] }).code };
});
const given = answers.filter(({ found }) => found !== null);
const right = given.filter(({ found, expected }) => found === expected);
const due = answers.filter(({ expected }) => expected !== null);

/** What holds today; the goal is 0.995 and 0.98. Mails that are missed stay in the corpus: these floors only rise. */
const PRECISION = 0.995;
const RECALL = 0.995;

describe('short mails in some eighty languages', () => {
  it('are answered with the right code or with none', () => {
    expect(right.length / given.length).toBeGreaterThanOrEqual(PRECISION);
  });

  it('have their codes found', () => {
    expect(right.length / due.length).toBeGreaterThanOrEqual(RECALL);
  });
});

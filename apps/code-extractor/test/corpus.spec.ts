import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { readMail } from '../src/adapters/read-mail.ts';
import { extract } from '../src/core/extract.ts';

interface Label {
  readonly file: string;
  readonly expected_code: string | null;
  readonly expected_link: string | null;
  readonly lang: string;
  /** Seconds, where it is labelled. */
  readonly expires_in?: number;
}

const CORPUS = new URL('corpus/', import.meta.url);
const LABELS = readFileSync(new URL('index.jsonl', CORPUS), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Label);

/** What holds today; the goal is 0.98. Mails that are missed stay in the corpus: this floor only rises. Not one answer is wrong. */
const RECALL = 0.99;

describe('mails as sites write them, in many languages, charsets and encodings', () => {
  const languages = new Set(LABELS.map(({ lang }) => lang));

  it(`are answered with the right code or link or with none, in ${languages.size} languages`, async () => {
    let [due, right] = [0, 0];
    const missed: string[] = [];
    const wrong: string[] = [];
    for (const { file, expected_code, expected_link } of LABELS) {
      const found = extract(await readMail(readFileSync(new URL(file, CORPUS))));
      for (const [answer, expected] of [
        [found.code, expected_code],
        [found.link, expected_link],
      ] as const) {
        if (expected !== null) due += 1;
        if (answer !== null && answer === expected) right += 1;
        if (answer === expected) continue;
        const told = `${file}: expected ${expected ?? 'none'}, got ${answer ?? 'none'}`;
        (answer === null ? missed : wrong).push(told);
      }
    }
    expect(wrong).toEqual([]);
    expect({ missed, complete: right / due >= RECALL }).toMatchObject({ complete: true });
  });

  it('say how long a code or link lives, in digits or in words', async () => {
    const labelled = LABELS.filter(({ expires_in }) => expires_in !== undefined);
    const found = await Promise.all(
      labelled.map(async ({ file }) => [file, extract(await readMail(readFileSync(new URL(file, CORPUS)))).expiresIn]),
    );
    expect(found).toEqual(labelled.map(({ file, expires_in }) => [file, expires_in]));
  });
});

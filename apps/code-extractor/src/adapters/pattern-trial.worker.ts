import { parentPort } from 'node:worker_threads';

import { TEXT_LIMIT } from '../core/text-pattern.ts';
import { compileRe2 } from './re2-pattern.ts';

/** Texts that make a search long: nothing but one kind of character, and the pattern's own words again and again. */
const ALPHABETS = ['a', '1', ' ', '\n', 'ab1 ', 'Your code is 123456\n', 'xy0-\u00e9'];

export interface Trial {
  readonly pattern: string;
  readonly group: number | string | undefined;
}

/** Null for a pattern that compiles and whose searches end in time; else what is wrong with it. */
export type Verdict = string | null;

/** A search may take twice this on a machine as busy as the one that it was tried on. */
const SEARCH_LIMIT_MS = 125;

function judge({ pattern, group }: Trial): Verdict {
  try {
    const compiled = compileRe2(pattern);
    const words = pattern.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
    for (const letters of words === '' ? ALPHABETS : [...ALPHABETS, words, `${words}\n`]) {
      const text = letters.repeat(Math.ceil(TEXT_LIMIT / letters.length)).slice(0, TEXT_LIMIT);
      // The better of two: the first pays for the engine's compiler, and either for what else the machine does.
      if (Math.min(timeOf(compiled, text, group), timeOf(compiled, text, group)) > SEARCH_LIMIT_MS)
        return 'takes too long on some texts';
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function timeOf(compiled: ReturnType<typeof compileRe2>, text: string, group: Trial['group']): number {
  const began = performance.now();
  compiled.find(text, group);
  return performance.now() - began;
}

parentPort?.on('message', (trial: Trial) => parentPort?.postMessage(judge(trial)));

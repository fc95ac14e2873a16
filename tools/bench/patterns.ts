import { PatternTrial } from '../../apps/code-extractor/src/adapters/pattern-trial.ts';
import { compileRe2 } from '../../apps/code-extractor/src/adapters/re2-pattern.ts';
import { TEXT_LIMIT, type TextPattern } from '../../apps/code-extractor/src/core/text-pattern.ts';
import { hostilePatterns, hostileTexts } from '../../apps/code-extractor/test/hostile-patterns.ts';
import type { Figures } from './figures.ts';

const PATTERNS = 1000;
/** What one pattern may take of a mail's time. */
const LIMIT_MS = 250;
const USUAL = ['(?i)code:? ?(\\d{6})', '^(\\d{4,8})$', '\\b([A-Z0-9]{4}-[A-Z0-9]{4})\\b', '(?s)verification.{0,80}?(\\d{6})'];

/** How long sites' patterns take, on the longest text that one sees: made to be slow, and as people write them. The worst text of each counts. */
export async function benchPatterns(): Promise<Figures[]> {
  return [await measure(`${PATTERNS} hostile`, hostilePatterns(PATTERNS)), await measure('usual', USUAL)];
}

async function measure(patterns: string, texts: readonly string[]): Promise<Figures> {
  const trial = new PatternTrial();
  const compiled = texts.map((pattern) => ({ pattern, ...timed(() => compile(pattern)) }));
  const accepted: TextPattern[] = [];
  for (const { pattern, result } of compiled) if (result !== undefined && (await passes(trial, pattern))) accepted.push(result);
  await trial.stop();
  const searches = accepted
    .map((pattern) => Math.max(...hostileTexts(TEXT_LIMIT).map((text) => timed(() => pattern.find(text)).ms)))
    .sort(byNumber);
  const at = (share: number): number =>
    rounded(searches[Math.min(searches.length - 1, Math.floor(searches.length * share))] ?? 0);
  return {
    patterns,
    refused: texts.length - accepted.length,
    'of these when tried': compiled.filter(({ result }) => result !== undefined).length - accepted.length,
    accepted: accepted.length,
    'compile worst ms': rounded(Math.max(...compiled.map(({ ms }) => ms))),
    'search median ms': at(0.5),
    'p99 ms': at(0.99),
    'worst ms': at(1),
    [`over ${LIMIT_MS} ms`]: searches.filter((ms) => ms > LIMIT_MS).length,
  };
}

function compile(pattern: string): TextPattern | undefined {
  try {
    return compileRe2(pattern);
  } catch {
    // Refused: that it is, is what is measured.
    return undefined;
  }
}

/** As before a site is stored. */
async function passes(trial: PatternTrial, pattern: string): Promise<boolean> {
  return trial.run({ pattern, group: undefined }).then(
    () => true,
    () => false,
  );
}

function timed<T>(work: () => T): { result: T; ms: number } {
  const began = performance.now();
  const result = work();
  return { result, ms: performance.now() - began };
}

function byNumber(one: number, other: number): number {
  return one - other;
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

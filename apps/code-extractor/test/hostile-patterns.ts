const PIECES = ['a', '.', '\\w', '[^x]', '\\pL', '(?:a|aa)', '(?:ab|a|b)', 'x*', '\\S', '(?i:k)', '\\b', '(?i)\\pL'];
const REPEATS = ['*', '+', '?', '{0,20}', '{1,50}', '{12}', '*?', '+?', '{2,}', '{0,100}'];
const ENDS = ['$', 'Z', '#', '\\d{6}$', '(\\d+)(\\d+)$'];

/** Patterns of the kind that stops a backtracking engine, and that fills a stepping one: nested repetitions and alternatives; always the same ones. */
export function hostilePatterns(count: number): string[] {
  let seed = 7;
  const pick = <T>(items: readonly T[]): T => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return items[(seed >> 8) % items.length] as T;
  };
  const nest = (depth: number): string => {
    if (depth === 0) return pick(PIECES);
    const inner = nest(depth - 1);
    return pick([
      () => `(${inner})${pick(REPEATS)}`,
      () => `(?:${inner}|${nest(depth - 1)})${pick(REPEATS)}`,
      () => `(?:${inner})${pick(REPEATS)}`,
      () => inner + nest(depth - 1),
    ])();
  };
  return Array.from({ length: count }, (_, at) => (nest(1 + (at % 6)) + pick(ENDS)).slice(0, 500));
}

/** Texts on which such patterns take long, of so many characters. */
export function hostileTexts(length: number): string[] {
  const letters = ['a', '1', ' ', '\n', 'ab1 ', 'k\u212a', 'Your code is 123456\n', 'xy0-\u00e9'];
  return letters.map((text) => text.repeat(Math.ceil(length / text.length)).slice(0, length));
}

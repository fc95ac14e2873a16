/** A pattern of a site, compiled. Takes time in proportion to the text, whatever the pattern; looks no further than `TEXT_LIMIT`. */
export interface TextPattern {
  isIn(text: string): boolean;
  /** What the group holds in the first place where the pattern fits; undefined when it fits nowhere. */
  find(text: string, group?: number | string): string | undefined;
}

/** @throws PatternFault */
export type CompilePattern = (pattern: string) => TextPattern;

/** Why a pattern is refused, as a sentence for who wrote it. */
export class PatternFault extends Error {
  override readonly name = 'PatternFault';
}

/**
 * Characters that a pattern sees of a mail: what it is to find stands near the top. Together with the limit on a pattern's program it bounds
 * the steps of one search (a program's size times the text's length), and so its time.
 */
export const TEXT_LIMIT = 4096;

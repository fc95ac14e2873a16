import { type Matcher, RE2JS } from 're2js';

import { PatternFault, TEXT_LIMIT, type TextPattern } from '../core/text-pattern.ts';

/** Instructions. A search takes at most this times `TEXT_LIMIT` steps: a million, of which the engine does five to forty million a second. */
const PROGRAM_LIMIT = 250;

/** RE2 syntax without lookbehind (in re2js before 2.8.7 it was quadratic); `^` and `$` match at the ends of lines. */
export function compileRe2(pattern: string): TextPattern {
  const compiled = compile(pattern);
  const size = compiled.programSize();
  if (size > PROGRAM_LIMIT) {
    throw new PatternFault(`is too costly (${size} steps a character, ${PROGRAM_LIMIT} at most): use smaller repetitions`);
  }
  const search = (text: string): Matcher | undefined => {
    const matcher = compiled.matcher(text.slice(0, TEXT_LIMIT));
    return matcher.find() ? matcher : undefined;
  };
  return {
    isIn: (text) => compiled.test(text.slice(0, TEXT_LIMIT)),
    find(text, group) {
      if (group !== undefined && !hasGroup(compiled, group)) throw new PatternFault(`has no group ${group}`);
      const found = search(text);
      if (found === undefined) return undefined;
      return (group === undefined ? usualGroup(found, compiled) : found.group(group)) ?? undefined;
    },
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.MULTILINE);
  } catch (error) {
    throw new PatternFault(`is not RE2 syntax: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Of a pattern with alternatives only the groups of one take part. */
function usualGroup(found: Matcher, compiled: RE2JS): string | null {
  const numbered = Array.from({ length: compiled.groupCount() }, (_, at) => at + 1);
  const named = Object.hasOwn(compiled.namedGroups(), 'code') ? ['code'] : [];
  return [...named, ...numbered, 0].map((group) => found.group(group)).find((text) => text !== null) ?? null;
}

function hasGroup(compiled: RE2JS, group: number | string): boolean {
  return typeof group === 'number' ? group <= compiled.groupCount() : Object.hasOwn(compiled.namedGroups(), group);
}

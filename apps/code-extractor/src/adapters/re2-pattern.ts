import { type Matcher, RE2JS } from 're2js';

import { PatternFault, TEXT_LIMIT, type TextPattern } from '../core/text-pattern.ts';

/** Instructions. A search takes at most this times `TEXT_LIMIT` steps, some twenty million a second. */
const PROGRAM_LIMIT = 400;

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
  const usual = usualGroup(compiled);
  return {
    isIn: (text) => compiled.test(text.slice(0, TEXT_LIMIT)),
    find(text, group = usual) {
      if (!hasGroup(compiled, group)) throw new PatternFault(`has no group ${group}`);
      return search(text)?.group(group) ?? undefined;
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

function usualGroup(compiled: RE2JS): number | string {
  if (Object.hasOwn(compiled.namedGroups(), 'code')) return 'code';
  return compiled.groupCount() > 0 ? 1 : 0;
}

function hasGroup(compiled: RE2JS, group: number | string): boolean {
  return typeof group === 'number' ? group <= compiled.groupCount() : Object.hasOwn(compiled.namedGroups(), group);
}

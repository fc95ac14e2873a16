import { Failure } from '@otterpost/contracts/failure';
import type { SessionCondition } from '@otterpost/contracts/sessions';

/** RFC 9110 section 8.8.3: weak tags never match strongly, so that they are left out. */
const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,\s*|$)/gy;

/** `If-Match` and `If-None-Match` (RFC 9110 sections 13.1.1 and 13.1.2). @throws Failure `invalid_request` */
export function readCondition({
  'if-match': match,
  'if-none-match': noneMatch,
}: Readonly<Record<string, string | string[] | undefined>>): SessionCondition {
  return {
    ...(match === undefined ? {} : { match: readTags('If-Match', String(match)) }),
    ...(noneMatch === undefined ? {} : { noneMatch: readTags('If-None-Match', String(noneMatch)) }),
  };
}

export function toEntityTag(tag: string): string {
  return `"${tag}"`;
}

function readTags(header: string, value: string): '*' | string[] {
  if (value.trim() === '*') return '*';
  const found = [...value.trim().matchAll(ENTITY_TAG)];
  const read = found.reduce((length, [text]) => length + text.length, 0);
  if (found.length === 0 || read !== value.trim().length)
    throw new Failure('invalid_request', { errors: [{ path: header, message: 'takes * or entity tags in double quotes' }] });
  return found.filter(([, weak]) => weak === undefined).map(([, , tag = '']) => tag);
}

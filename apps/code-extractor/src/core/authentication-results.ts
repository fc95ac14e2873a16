import type { Authenticity } from '@otterpost/contracts/extraction';
import { domainOf } from '@otterpost/contracts/sender';

import { withoutComments } from './header.ts';

/** One method's outcome (RFC 8601 section 2.2): `dkim=pass header.d=shop.example`. */
interface Result {
  readonly method: string;
  readonly result: string;
  /** `header.d` and so on, lower-cased. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface AuthenticationResults {
  /** Lower-cased; empty where the server wrote none. */
  readonly authservId: string;
  readonly results: readonly Result[];
}

/** Reads a value of `Authentication-Results`, or what follows the instance in `ARC-Authentication-Results`. */
export function parseAuthenticationResults(value: string): AuthenticationResults {
  const [head = '', ...rest] = splitOutsideQuotes(withoutComments(value).replace(/\s*=\s*/g, '='), /;/);
  const [authservId = ''] = splitOutsideQuotes(head.trim(), /\s/);
  const hasId = !authservId.includes('=');
  const infos = hasId ? rest : [head, ...rest];
  return { authservId: hasId ? unquote(authservId).toLowerCase() : '', results: infos.flatMap((info) => toResult(info.trim())) };
}

function toResult(info: string): Result[] {
  const [first = '', ...properties] = splitOutsideQuotes(info, /\s/).filter((token) => token !== '');
  const [, method, result] = /^([a-z0-9-]+)(?:\/\d+)?=(\w+)$/i.exec(first) ?? [];
  if (method === undefined || result === undefined) return [];
  const pairs = properties.flatMap((property): [string, string][] => {
    const at = property.indexOf('=');
    return at === -1 ? [] : [[property.slice(0, at).toLowerCase(), unquote(property.slice(at + 1)).toLowerCase()]];
  });
  return [{ method: method.toLowerCase(), result: result.toLowerCase(), properties: new Map(pairs) }];
}

function splitOutsideQuotes(text: string, separator: RegExp): string[] {
  const parts = [''];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quoted && character === '\\') {
      parts[parts.length - 1] += character + (text[++at] ?? '');
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (!quoted && separator.test(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : text;
}

/** Whether two domains belong to the same owner (RFC 7489 section 3.1, relaxed alignment). */
export type IsAligned = (one: string, other: string) => boolean;

/**
 * What the results say of a mail whose `From` is in this domain: DMARC's own word, else a DKIM signature of that domain. SPF alone says
 * nothing, for any forward breaks it.
 */
export function verdictOf({ results }: AuthenticationResults, domain: string, isAligned: IsAligned): Authenticity {
  const dmarc = results.filter(
    ({ method, properties }) => method === 'dmarc' && isAligned(properties.get('header.from') ?? domain, domain),
  );
  const dkim = results.filter((one) => one.method === 'dkim' && isAligned(signerOf(one), domain));
  const has = (list: readonly Result[], wanted: string): boolean => list.some(({ result }) => result === wanted);
  if (has(dmarc, 'pass') || has(dkim, 'pass')) return 'pass';
  return has(dmarc, 'fail') || has(dkim, 'fail') ? 'fail' : 'unknown';
}

/** Whether the mail came straight from a server of this domain, as the one that took it saw. */
export function isFromItsServer({ results }: AuthenticationResults, domain: string, isAligned: IsAligned): boolean {
  return results.some(
    ({ method, result, properties }) =>
      method === 'spf' && result === 'pass' && isAligned(domainOf(properties.get('smtp.mailfrom') ?? ''), domain),
  );
}

function signerOf({ properties }: Result): string {
  return properties.get('header.d') ?? domainOf(properties.get('header.i') ?? '');
}

import { Failure, type FieldFault } from '@otterpost/contracts/failure';
import { domainOf } from '@otterpost/contracts/sender';
import type { SiteDefinition, SiteSample } from '@otterpost/contracts/sites';

import type { ReadableMail } from './mail.ts';
import { readForSite, type SiteFinding } from './read-for-site.ts';
import { type KnownSite, toKnownSite } from './site-book.ts';
import { type CompilePattern, PatternFault } from './text-pattern.ts';

export const TRY_SITE = Symbol('TrySite');

/** @throws Failure `invalid_request`, `pattern_invalid` or `sample_failed`, with each fault by the path of its field. */
export type TrySite = (slug: string, site: SiteDefinition) => Promise<void>;

export interface Trying {
  readonly read: (source: Uint8Array) => Promise<ReadableMail>;
  readonly compile: CompilePattern;
  /** Compiles it and searches with it where it can be stopped. @throws PatternFault */
  readonly vet: (pattern: string, group: number | string | undefined) => Promise<void>;
  readonly toRegistrableDomain: (domain: string) => string | null;
}

export function createTrySite({ read, compile, vet, toRegistrableDomain }: Trying): TrySite {
  return async (slug, site) => {
    refuse('invalid_request', sendersAtFault(site, toRegistrableDomain));
    refuse('pattern_invalid', await patternsAtFault(site, vet));
    const known = toKnownSite({ ...site, slug, revision: 0 }, compile);
    const faults: FieldFault[] = [];
    for (const [at, sample] of site.samples.entries()) {
      const message = await sampleFault(sample, known, read);
      if (message !== undefined) faults.push({ path: `samples.${at}`, message });
    }
    refuse('sample_failed', faults);
  };
}

function refuse(code: 'invalid_request' | 'pattern_invalid' | 'sample_failed', errors: readonly FieldFault[]): void {
  if (errors.length === 0) return;
  throw new Failure(code, { detail: errors.map(({ path, message }) => `${path} ${message}`).join('; '), errors });
}

/** All of `co.uk` is no site's. */
function sendersAtFault({ senders }: SiteDefinition, toRegistrableDomain: Trying['toRegistrableDomain']): FieldFault[] {
  return [...senders.entries()].flatMap(([at, sender]) =>
    toRegistrableDomain(domainOf(sender)) === null
      ? [{ path: `senders.${at}`, message: 'is a domain under which anybody may register: name the domain of the site itself' }]
      : [],
  );
}

async function patternsAtFault({ subjects = [], code, link }: SiteDefinition, vet: Trying['vet']): Promise<FieldFault[]> {
  const named: readonly (readonly [path: string, pattern: string | undefined, group?: number | string])[] = [
    ...subjects.map((pattern, at) => [`subjects.${at}`, pattern] as const),
    ['code.pattern', code?.pattern, code?.group],
    ['link.pattern', link?.pattern],
  ];
  const faults: FieldFault[] = [];
  for (const [path, pattern, group] of named) {
    if (pattern === undefined) continue;
    try {
      await vet(pattern, group);
    } catch (error) {
      if (!(error instanceof PatternFault)) throw error;
      faults.push({ path, message: error.message });
    }
  }
  return faults;
}

async function sampleFault({ mail, expect }: SiteSample, site: KnownSite, read: Trying['read']): Promise<string | undefined> {
  const found = readForSite(await read(Buffer.from(mail)), site);
  const misses = [
    ...missOf('code', expect === null ? null : expect.code, found.code),
    ...missOf('link', expect === null ? null : expect.link, found.link),
  ];
  if (misses.length > 0) return `${misses.join(', ')}${why(found)}`;
  // What the generic extractor found is no proof of the pattern.
  return found.outcome === 'fellBack'
    ? "is met by the generic extractor only: the site's pattern finds nothing in it"
    : undefined;
}

/** What a sample does not speak of may be found or not. */
function missOf(what: string, expected: string | null | undefined, found: string | null): string[] {
  if (expected === undefined || expected === found) return [];
  return [`should give ${expected === null ? `no ${what}` : `the ${what} ${expected}`}, gave ${found ?? 'none'}`];
}

function why({ reason, outcome }: SiteFinding): string {
  if (reason !== null) return ` (${reason.detail})`;
  return outcome === 'fellBack' ? " (the site's pattern found nothing: this is the generic extractor's)" : '';
}

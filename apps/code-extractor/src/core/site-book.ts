import { domainOf } from '@otterpost/contracts/sender';
import type { ProjectedSite } from '@otterpost/contracts/site-requests';

import type { CompilePattern, TextPattern } from './text-pattern.ts';

/** The part of a site that a reader needs, its patterns compiled. */
export interface KnownSite {
  readonly rules: Pick<ProjectedSite, 'slug' | 'revision' | 'senders' | 'expiresIn' | 'authenticity'>;
  readonly subjects: readonly TextPattern[];
  readonly code: { readonly pattern: TextPattern; readonly group: number | string | undefined } | undefined;
  readonly link: TextPattern | undefined;
}

/** @throws PatternFault for a pattern that is not valid. */
export function toKnownSite(site: ProjectedSite, compile: CompilePattern): KnownSite {
  return {
    rules: site,
    subjects: (site.subjects ?? []).map(compile),
    code: site.code === undefined ? undefined : { pattern: compile(site.code.pattern), group: site.code.group },
    link: site.link === undefined ? undefined : compile(site.link.pattern),
  };
}

export function fitsSubject({ subjects }: KnownSite, subject: string): boolean {
  return subjects.length === 0 || subjects.some((pattern) => pattern.isIn(subject));
}

/** All sites, found by a mail's sender. */
export class SiteBook {
  readonly #sites = new Map<string, KnownSite>();
  readonly #bySender = new Map<string, KnownSite[]>();

  get size(): number {
    return this.#sites.size;
  }

  put(site: KnownSite): void {
    this.remove(site.rules.slug);
    this.#sites.set(site.rules.slug, site);
    for (const sender of new Set(site.rules.senders)) {
      const sites = [...(this.#bySender.get(sender) ?? []), site];
      this.#bySender.set(
        sender,
        sites.sort((one, other) => (one.rules.slug < other.rules.slug ? -1 : 1)),
      );
    }
  }

  remove(slug: string): void {
    const site = this.#sites.get(slug);
    if (site === undefined) return;
    this.#sites.delete(slug);
    for (const sender of new Set(site.rules.senders)) {
      const left = (this.#bySender.get(sender) ?? []).filter((one) => one !== site);
      if (left.length === 0) this.#bySender.delete(sender);
      else this.#bySender.set(sender, left);
    }
  }

  /**
   * The site whose sender this is: one that names the very address, else the one that names the longest part of its domain. Of several,
   * the one whose subjects fit; else the one that comes first by its slug. The address is compared with its domain in ASCII.
   */
  find(address: string, subject: string): KnownSite | undefined {
    for (const name of namesOf(address)) {
      const sites = this.#bySender.get(name) ?? [];
      const site =
        sites.find((one) => one.subjects.length > 0 && fitsSubject(one, subject)) ??
        sites.find((one) => one.subjects.length === 0);
      if (site ?? sites[0]) return site ?? sites[0];
    }
    return undefined;
  }
}

/** `a@login.shop.example`, `login.shop.example`, `shop.example`, `example`. */
function* namesOf(address: string): Generator<string> {
  yield address;
  for (let name = domainOf(address); name !== ''; name = name.includes('.') ? name.slice(name.indexOf('.') + 1) : '') yield name;
}

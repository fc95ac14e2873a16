import { type Caller, maySeeSite } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { Page, PageQuery } from '@otterpost/contracts/page';
import type { Site, SiteDefinition, SiteListing } from '@otterpost/contracts/sites';

import type { SiteStore } from './sites.ts';

export const SITE_DESK = Symbol('SiteDesk');

export interface SiteDeskParts {
  readonly store: SiteStore;
  /** Has an extractor compile the patterns and read the samples. @throws Failure `pattern_invalid`, `sample_failed`, `invalid_request` */
  readonly tryOut: (slug: string, definition: SiteDefinition) => Promise<void>;
  /** Tells extractors what has changed; never fails, and is tried again elsewhere when it could not. */
  readonly project: () => Promise<void>;
}

/** Takes sites in and gives them out, as far as a key may see them. */
export class SiteDesk {
  readonly #store: SiteStore;
  readonly #tryOut: SiteDeskParts['tryOut'];
  readonly #project: () => Promise<void>;

  constructor({ store, tryOut, project }: SiteDeskParts) {
    this.#store = store;
    this.#tryOut = tryOut;
    this.#project = project;
  }

  list(caller: Caller, page: PageQuery): Promise<Page<SiteListing>> {
    return this.#store.list(page, caller.sites);
  }

  async get(caller: Caller, slug: string): Promise<Site> {
    const site = maySeeSite(caller, slug) ? await this.#store.find(slug) : undefined;
    if (site === undefined) throw noSuchSite(slug);
    return site;
  }

  async put(caller: Caller, slug: string, definition: SiteDefinition): Promise<{ site: Site; created: boolean }> {
    if (!maySeeSite(caller, slug)) throw new Failure('site_not_allowed', { detail: `This key may not change the site ${slug}` });
    if (caller.sites !== null) await this.#refuseNewSenders(slug, definition);
    await this.#tryOut(slug, definition);
    const outcome = await this.#store.put(slug, definition);
    await this.#project();
    return outcome;
  }

  async delete(caller: Caller, slug: string): Promise<void> {
    if (!maySeeSite(caller, slug) || !(await this.#store.delete(slug))) throw noSuchSite(slug);
    await this.#project();
  }

  /** A key that is limited to sites would see other sites' codes if it could name their senders as its own. */
  async #refuseNewSenders(slug: string, { senders }: SiteDefinition): Promise<void> {
    const known = new Set((await this.#store.find(slug))?.senders ?? []);
    const added = senders.find((sender) => !known.has(sender) && sender !== slug);
    if (added === undefined) return;
    throw new Failure('site_not_allowed', {
      detail: `A key that is limited to sites may not add the sender ${added}: use one that is not`,
    });
  }
}

function noSuchSite(slug: string): Failure {
  return new Failure('not_found', { detail: `There is no site ${slug}` });
}

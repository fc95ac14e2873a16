import type { Page, PageQuery } from '@otterpost/contracts/page';
import type { CountedUse } from '@otterpost/contracts/site-requests';
import type { Site, SiteDefinition, SiteListing } from '@otterpost/contracts/sites';

export const SITE_STORE = Symbol('SiteStore');

/** The sites, and what extractors counted of their patterns. */
export interface SiteStore {
  /** Makes the site or takes the place of the one with this slug; its counts begin anew. */
  put(slug: string, definition: SiteDefinition): Promise<{ site: Site; created: boolean }>;
  find(slug: string): Promise<Site | undefined>;
  /** Null for all sites. */
  list(query: PageQuery, slugs: readonly string[] | null): Promise<Page<SiteListing>>;
  delete(slug: string): Promise<boolean>;
  /** The slug of the site that is meant: the one with this slug, else the one that names this sender's domain. */
  resolve(slugOrDomain: string): Promise<string | undefined>;
  /** Adds to the counts of sites that are as they were when it was counted. */
  addUse(uses: readonly CountedUse[]): Promise<void>;
}

import * as z from 'zod';

import { Caller } from './caller.ts';
import { defineRequest } from './message.ts';
import { PageQuery, pageOf } from './page.ts';
import { PatternUse, Site, SiteDefinition, SiteListing, SiteSlug } from './sites.ts';

const NamedSite = z.object({ slug: SiteSlug });
const CallersSite = NamedSite.extend({ caller: Caller });

/** What the gateway asks of accounts-service for the sites of the HTTP API. The caller sees the sites that its key may see. */
export const listSites = defineRequest('accounts.sites.list', z.object({ caller: Caller, page: PageQuery }), pageOf(SiteListing));
export const getSite = defineRequest('accounts.sites.get', CallersSite, Site);
/** Stores the site when its patterns compile and its samples give what they should; else `pattern_invalid` or `sample_failed`. */
export const putSite = defineRequest(
  'accounts.sites.put',
  CallersSite.extend({ definition: SiteDefinition }),
  z.object({ site: Site, created: z.boolean() }),
);
export const deleteSite = defineRequest('accounts.sites.delete', CallersSite, z.object({}));

/**
 * What accounts-service asks of an extractor before it stores a site: to compile its patterns and read its samples. Fails with
 * `pattern_invalid` or `sample_failed`, each fault by the path of its field.
 */
export const trySite = defineRequest('extractor.sites.try', NamedSite.extend({ definition: SiteDefinition }), z.object({}));

/** What an extractor counted since it last told, for each site as it was then. */
export const reportPatternUse = defineRequest(
  'accounts.sites.report-use',
  z.object({ uses: z.array(PatternUse.extend({ slug: SiteSlug, revision: z.int() })).max(500) }),
  z.object({}),
);
export type CountedUse = z.output<typeof reportPatternUse.request>['uses'][number];

/** The KV bucket by which extractors follow the sites; a key is the slug as a subject token. */
export const SITES_BUCKET = 'sites';

/** A site as an extractor needs it. */
export const ProjectedSite = SiteDefinition.omit({ samples: true, name: true }).extend({
  slug: SiteSlug,
  /** Grows with each change of any site. */
  revision: z.int(),
});
export type ProjectedSite = z.output<typeof ProjectedSite>;

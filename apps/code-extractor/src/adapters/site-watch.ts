import { ProjectedSite, SITES_BUCKET } from '@otterpost/contracts/site-requests';
import { openBucket } from '@otterpost/messaging/bucket';
import type { Bus, Stoppable } from '@otterpost/messaging/connection';

/** After a wipe of the bucket its owner tells all sites again; so long after the last one, those that were not told are gone. */
const RETOLD_AFTER_MS = 10_000;

/** Who reads mails by the sites that are told to it. */
export interface SiteReader {
  /** In place of the site of this slug, if there is one. @throws PatternFault for a pattern that is not valid. */
  put(site: ProjectedSite): void;
  remove(slug: string): void;
}

/**
 * Tells a reader of sites what stands in their bucket; resolves when it knows the present ones. A bucket that was lost takes no site away: they
 * stay until their owner has told what there is. A site whose pattern is at fault is logged and left as it was.
 */
export async function followSites(bus: Bus, reader: SiteReader): Promise<Stoppable> {
  const slugs = new Map<string, string>();
  let untold: Set<string> | undefined;
  let retelling: NodeJS.Timeout | undefined;
  const forget = (key: string): void => {
    reader.remove(slugs.get(key) ?? '');
    slugs.delete(key);
  };
  const sweep = (): void => {
    for (const key of untold ?? []) forget(key);
    untold = undefined;
  };
  const bucket = await openBucket(bus, { name: SITES_BUCKET, parse: (value) => ProjectedSite.parse(value) });
  const watching = await bucket.watch(
    (key, site) => {
      if (untold !== undefined) {
        untold.delete(key);
        clearTimeout(retelling);
        retelling = setTimeout(sweep, RETOLD_AFTER_MS).unref();
      }
      if (site === undefined) return forget(key);
      reader.put(site);
      slugs.set(key, site.slug);
      bus.logger.debug({ site: site.slug, revision: site.revision }, 'a site is known');
    },
    () => {
      untold = new Set(slugs.keys());
    },
  );
  return {
    stop: () => {
      clearTimeout(retelling);
      watching.stop();
    },
  };
}

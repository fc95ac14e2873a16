import { ProjectedSite, SITES_BUCKET } from '@otterpost/contracts/site-requests';
import { openBucket } from '@otterpost/messaging/bucket';
import type { Bus, Stoppable } from '@otterpost/messaging/connection';

import { type SiteBook, toKnownSite } from '../core/site-book.ts';
import type { CompilePattern } from '../core/text-pattern.ts';

/** After a wipe of the bucket its owner tells all sites again; so long after the last one, those that were not told are gone. */
const RETOLD_AFTER_MS = 10_000;

/**
 * Keeps the book as the bucket of sites is; resolves when the present sites are in it. A bucket that was lost takes no site away: they
 * stay until their owner has told what there is. A site whose pattern is at fault is logged and left as it was.
 */
export async function followSites(bus: Bus, book: SiteBook, compile: CompilePattern): Promise<Stoppable> {
  const slugs = new Map<string, string>();
  let untold: Set<string> | undefined;
  let retelling: NodeJS.Timeout | undefined;
  const forget = (key: string): void => {
    book.remove(slugs.get(key) ?? '');
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
      book.put(toKnownSite(site, compile));
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

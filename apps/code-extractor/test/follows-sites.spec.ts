import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProjectedSite, SITES_BUCKET } from '@otterpost/contracts/site-requests';
import { type Bucket, openBucket } from '@otterpost/messaging/bucket';
import { type Bus, connectBus, type Stoppable } from '@otterpost/messaging/connection';
import { createLogger } from '@otterpost/service/logger';
import { eventually } from '@otterpost/testkit/eventually';
import { keepEvidence } from '@otterpost/testkit/evidence';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import { compileRe2 } from '../src/adapters/re2-pattern.ts';
import { followSites } from '../src/adapters/site-watch.ts';
import { SiteBook, toKnownSite } from '../src/core/site-book.ts';

const log = createLogger({ name: 'follows-sites', level: 'trace' }, keepEvidence('logs', 'follows-sites'));
const siteOf = (slug: string, more: object = {}): ProjectedSite =>
  ProjectedSite.parse({ slug, revision: 1, senders: [`${slug}.example`], ...more });

let nats: Nats;
let owner: Bus;
let bucket: Bucket<ProjectedSite>;
let extractors: { bus: Bus; book: SiteBook; following: Stoppable }[];

beforeEach(async () => {
  nats = await startNats();
  owner = await connectBus({ servers: nats.url, name: 'owner', logger: log });
  bucket = await openBucket(owner, { name: SITES_BUCKET, parse: (value) => ProjectedSite.parse(value) });
  await bucket.put('river', siteOf('river'));
  extractors = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const bus = await connectBus({ servers: nats.url, name: `extractor-${number}`, logger: log });
      const book = new SiteBook();
      return {
        bus,
        book,
        following: await followSites(bus, {
          put: (site) => book.put(toKnownSite(site, compileRe2)),
          remove: (slug) => book.remove(slug),
        }),
      };
    }),
  );
});
afterEach(async () => {
  for (const { bus, following } of extractors) {
    following.stop();
    await bus.drain();
  }
  await owner.drain();
  await nats.stop();
});

const known = (slug: string): (number | undefined)[] =>
  extractors.map(({ book }) => book.find(`a@${slug}.example`, '')?.rules.revision);

describe('every extractor', () => {
  it('knows the sites that are there when it starts', () => {
    expect(known('river')).toEqual([1, 1, 1]);
  });

  it('follows a change and a deletion', async () => {
    await bucket.put('river', siteOf('river', { revision: 2 }));
    await bucket.put('weir', siteOf('weir'));
    await eventually(
      () =>
        (known('river').every((revision) => revision === 2) && known('weir').every((revision) => revision === 1)) || undefined,
    );
    await bucket.delete('river');
    await eventually(() => known('river').every((revision) => revision === undefined) || undefined);
  });

  it('keeps a site as it was when its change has a pattern at fault', async () => {
    await bucket.put('river', siteOf('river', { revision: 2, code: { pattern: '(' } }));
    await bucket.put('weir', siteOf('weir'));
    await eventually(() => known('weir').every((revision) => revision === 1) || undefined);
    expect(known('river')).toEqual([1, 1, 1]);
  });

  it('keeps its sites while the bucket is lost, and follows what is told after', async () => {
    await nats.kill();
    await nats.wipe();
    await nats.restart();
    await eventually(() => extractors.every(({ bus }) => bus.isConnected()) || undefined);
    expect(known('river')).toEqual([1, 1, 1]);
    await eventually(async () => {
      await bucket.put('weir', siteOf('weir', { revision: 5 }));
      return known('weir').every((revision) => revision === 5) || undefined;
    });
    expect(known('river')).toEqual([1, 1, 1]);
  }, 30_000);
});

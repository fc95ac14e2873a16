import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import { ProjectedSite, SITES_BUCKET } from '@otterpost/contracts/site-requests';
import { SiteDefinition } from '@otterpost/contracts/sites';
import { type Bucket, openBucket } from '@otterpost/messaging/bucket';
import { type Bus, connectBus } from '@otterpost/messaging/connection';
import { eventually } from '@otterpost/testkit/eventually';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import { readShippedSites } from '../src/adapters/shipped-sites.ts';
import { openSiteProjection } from '../src/adapters/site-projection.ts';
import { createSiteStore, shipSites } from '../src/adapters/site-store.ts';
import { SiteDesk } from '../src/core/site-desk.ts';
import type { SiteStore } from '../src/core/sites.ts';
import { type Ground, log, standUp } from './ground.ts';

const ADMIN: Caller = {
  keyId: 'key_00000000000000000000000000',
  name: 'a',
  scope: 'admin',
  sites: null,
  groupIds: null,
  address: null,
} as unknown as Caller;

let ground: Ground;
let store: SiteStore;
beforeAll(async () => {
  ground = await standUp();
  store = createSiteStore(ground.database);
}, 60_000);
afterAll(() => ground.stop());
beforeEach(() => ground.database.query('DELETE FROM sites'));

const definitionOf = (draft: object = {}): SiteDefinition =>
  SiteDefinition.parse({ name: 'Riverbank', senders: ['riverbank.example'], ...draft });
const codeOf = (caught: unknown): string | undefined => (caught instanceof Failure ? caught.code : undefined);

describe('the schema', () => {
  it('is what the rows say: the schema builder has nothing left to do', async () => {
    const { upQueries } = await ground.database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query).filter((query) => /"sites"/.test(query) && !/DROP INDEX/.test(query))).toEqual([]);
  });
});

describe('a site', () => {
  it('is given back as it was put, samples with any character included', async () => {
    const definition = definitionOf({
      samples: [{ mail: 'Subject: \0 \ud800 é\r\n\r\n4829', expect: null }],
      code: { pattern: '\\d+' },
    });
    const { site, created } = await store.put('riverbank', definition);
    expect([created, site]).toEqual([
      true,
      expect.objectContaining({ slug: 'riverbank', shipped: false, code: { pattern: '\\d+' } }),
    ]);
    expect((await store.put('riverbank', definition)).created).toBe(false);
    expect((await store.find('riverbank'))?.samples).toEqual(definition.samples);
  });

  it('is found by its slug, and by the domains of its senders', async () => {
    await store.put('riverbank', definitionOf());
    await store.put('login', definitionOf({ senders: ['login.riverbank.example'] }));
    await store.put('post', definitionOf({ senders: ['robot@post.example'] }));
    await store.put('shop.example', definitionOf({ senders: ['shop.example'] }));
    await store.put('other', definitionOf({ senders: ['shop.example'] }));
    const names = [
      'riverbank',
      'riverbank.example',
      'a.login.riverbank.example',
      'post.example',
      'shop.example',
      'otters.example',
    ];
    expect(await Promise.all(names.map((name) => store.resolve(name)))).toEqual([
      'riverbank',
      'riverbank',
      'login',
      'post',
      'shop.example',
      undefined,
    ]);
  });

  it('is gone when it was deleted, and may be made anew', async () => {
    await store.put('riverbank', definitionOf());
    expect([await store.delete('riverbank'), await store.delete('riverbank')]).toEqual([true, false]);
    expect([await store.find('riverbank'), await store.resolve('riverbank.example')]).toEqual([undefined, undefined]);
    expect((await store.put('riverbank', definitionOf())).created).toBe(true);
  });

  it('is listed page by page with its samples counted, to a limited key only where it may see it', async () => {
    for (const slug of ['a', 'b', 'c']) await store.put(slug, definitionOf({ samples: [{ mail: 'x', expect: null }] }));
    const first = await store.list({ limit: 2 }, null);
    expect(first).toMatchObject({ items: [{ slug: 'a', sampleCount: 1 }, { slug: 'b' }], nextCursor: 'b' });
    expect(first.items[0]).not.toHaveProperty('samples');
    expect(await store.list({ limit: 2, cursor: 'b' }, null)).toMatchObject({ items: [{ slug: 'c' }], nextCursor: null });
    expect((await store.list({ limit: 9 }, ['b', 'x'])).items.map(({ slug }) => slug)).toEqual(['b']);
  });

  it('shows what its patterns found since it was changed', async () => {
    await store.put('riverbank', definitionOf());
    const [{ revision } = { revision: '0' }] = await ground.database.query<{ revision: string }>('SELECT revision FROM sites');
    const use = {
      slug: 'riverbank',
      revision: Number(revision),
      matched: 2,
      fellBack: 1,
      nothing: 0,
      otherSubject: 0,
      lastMatchedAt: '2026-11-27T09:00:00.000Z',
      lastFellBackAt: null,
    };
    await store.addUse([use]);
    await store.addUse([
      { ...use, lastMatchedAt: '2026-11-27T08:00:00.000Z' },
      { ...use, revision: use.revision - 1 },
    ]);
    expect((await store.find('riverbank'))?.patternUse).toMatchObject({
      matched: 4,
      fellBack: 2,
      lastMatchedAt: '2026-11-27T09:00:00.000Z',
    });
    expect((await store.put('riverbank', definitionOf())).site.patternUse).toMatchObject({ matched: 0, lastMatchedAt: null });
  });
});

describe('the sites that the suite comes with', () => {
  const ship = (draft: object) => shipSites(ground.database, new Map([['riverbank', definitionOf(draft)]]));

  it('are taken in at a start, and renewed by a newer version', async () => {
    await ship({ name: 'first' });
    await ship({ name: 'second' });
    expect(await store.find('riverbank')).toMatchObject({ name: 'second', shipped: true });
  });

  it('never take the place of one that a person changed or deleted', async () => {
    await ship({ name: 'first' });
    await store.put('riverbank', definitionOf({ name: 'mine' }));
    await ship({ name: 'second' });
    expect(await store.find('riverbank')).toMatchObject({ name: 'mine', shipped: false });
    await store.delete('riverbank');
    await ship({ name: 'third' });
    expect(await store.find('riverbank')).toBeUndefined();
  });

  it('name each sender once', async () => {
    const sites = await readShippedSites();
    const senders = [...sites.values()].flatMap((site) => site.senders);
    expect(senders.filter((sender, at) => senders.indexOf(sender) !== at)).toEqual([]);
  });
});

describe('a key that is limited to sites', () => {
  const limited = { ...ADMIN, scope: 'operator', sites: ['riverbank'] } as Caller;
  const desk = () => new SiteDesk({ store, tryOut: async () => undefined, project: async () => undefined });

  it('does not see other sites, nor change them', async () => {
    await store.put('weir', definitionOf());
    expect(
      codeOf(
        await desk()
          .get(limited, 'weir')
          .catch((error) => error),
      ),
    ).toBe('not_found');
    expect(
      codeOf(
        await desk()
          .delete(limited, 'weir')
          .catch((error) => error),
      ),
    ).toBe('not_found');
    expect(
      codeOf(
        await desk()
          .put(limited, 'weir', definitionOf())
          .catch((error) => error),
      ),
    ).toBe('site_not_allowed');
  });

  it("changes its own, and cannot name another's senders as its own", async () => {
    await store.put('riverbank', definitionOf());
    expect((await desk().put(limited, 'riverbank', definitionOf({ name: 'ours' }))).site.name).toBe('ours');
    const stolen = definitionOf({ senders: ['riverbank.example', 'bank.example'] });
    expect(
      codeOf(
        await desk()
          .put(limited, 'riverbank', stolen)
          .catch((error) => error),
      ),
    ).toBe('site_not_allowed');
  });
});

describe('the bucket of sites', () => {
  let nats: Nats;
  let bus: Bus;
  let bucket: Bucket<ProjectedSite>;
  let projection: { project(): Promise<void> };
  beforeEach(async () => {
    nats = await startNats();
    bus = await connectBus({ servers: nats.url, name: 'test', logger: log });
    await store.put('riverbank', definitionOf({ samples: [{ mail: 'x', expect: null }] }));
    projection = await openSiteProjection(bus, ground.database);
    bucket = await openBucket(bus, { name: SITES_BUCKET, parse: (value) => ProjectedSite.parse(value) });
  });
  afterEach(async () => {
    await bus.drain();
    await nats.stop();
  });
  const told = async () => {
    const sites = await Promise.all((await bucket.keys()).map((key) => bucket.get(key)));
    return sites.map((site) => site?.slug).sort();
  };

  it('has the sites that were there before, without their samples', async () => {
    expect(await told()).toEqual(['riverbank']);
    expect(JSON.stringify(await bucket.get((await bucket.keys())[0] ?? ''))).not.toContain('samples');
  });

  it('follows changes, a slug with dots included', async () => {
    await store.put('shop.example.', definitionOf());
    await store.put('a..b', definitionOf());
    await store.delete('riverbank');
    await projection.project();
    expect(await told()).toEqual(['a..b', 'shop.example.']);
  });

  it('ends with the latest of many changes by many replicas', async () => {
    const replicas = await Promise.all(Array.from({ length: 4 }, () => openSiteProjection(bus, ground.database)));
    await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        await store.put('riverbank', definitionOf({ expiresIn: at + 1 }));
        await replicas[at % replicas.length]?.project();
      }),
    );
    const [key = ''] = await bucket.keys();
    expect((await bucket.get(key))?.expiresIn).toBe((await store.find('riverbank'))?.expiresIn);
  }, 30_000);

  it('is filled again from PostgreSQL when it was lost', async () => {
    await store.put('weir', definitionOf());
    await projection.project();
    await nats.kill();
    await nats.wipe();
    await nats.restart();
    await eventually(async () => ((await told().catch(() => [])).length === 2 ? true : undefined));
    expect(await told()).toEqual(['riverbank', 'weir']);
  }, 30_000);
});

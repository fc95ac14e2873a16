import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Nats, startNats } from '@otterpost/testkit/nats';
import * as z from 'zod';

import { type Bucket, openBucket } from '../src/bucket.ts';
import type { Bus } from '../src/connection.ts';
import { connect, eventually } from './bus-fixture.ts';

const Rate = z.object({ grams: z.int() });
type Rate = z.infer<typeof Rate>;

let server: Nats;
let owner: Bus;
let reader: Bus;

beforeEach(async () => {
  server = await startNats();
  owner = await connect(server.url);
  reader = await connect(server.url);
});
afterEach(async () => {
  await owner.drain();
  await reader.drain();
  await server.stop();
});

const open = (bus: Bus, onMade?: (bucket: Bucket<Rate>) => Promise<void>): Promise<Bucket<Rate>> =>
  openBucket(bus, { name: 'rates', parse: (value) => Rate.parse(value) }, onMade);

/** What a follower knows: it forgets everything at a restart. */
async function follow(bucket: Bucket<Rate>): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  await bucket.watch(
    (key, rate) => (rate === undefined ? known.delete(key) : known.set(key, rate.grams)),
    () => known.clear(),
  );
  return known;
}

describe('a bucket', () => {
  it('gives back what was put, and nothing for what was deleted', async () => {
    const bucket = await open(owner);
    await bucket.put('near', { grams: 1 });
    await bucket.put('far', { grams: 2 });
    await bucket.delete('near');
    expect([await bucket.get('near'), await bucket.get('far'), await bucket.keys()]).toEqual([undefined, { grams: 2 }, ['far']]);
  });

  it('tells a follower the present entries before it says it is ready, then every change', async () => {
    const bucket = await open(owner);
    await bucket.put('near', { grams: 1 });
    await bucket.put('far', { grams: 2 });
    const known = await follow(await open(reader));
    expect(Object.fromEntries(known)).toEqual({ near: 1, far: 2 });
    await bucket.put('near', { grams: 5 });
    await bucket.delete('far');
    await eventually(() => known.get('near') === 5 && !known.has('far'));
  });

  it('that is empty makes no follower wait', async () => {
    expect((await follow(await open(reader))).size).toBe(0);
  });

  it('keeps its followers after NATS was killed', async () => {
    const bucket = await open(owner);
    await bucket.put('near', { grams: 1 });
    const known = await follow(await open(reader));
    await server.kill();
    await server.restart();
    await eventually(() => owner.isConnected());
    await bucket.put('near', { grams: 9 });
    await eventually(() => known.get('near') === 9);
  }, 30_000);

  it('is filled again by its owner after a wipe, and its followers forget what is gone', async () => {
    let entries: Record<string, Rate> = { near: { grams: 1 }, far: { grams: 2 } };
    await open(owner, async (bucket) => {
      for (const [key, rate] of Object.entries(entries)) await bucket.put(key, rate);
    });
    const known = await follow(await open(reader));
    expect(known.size).toBe(2);
    entries = { near: { grams: 3 } };
    await server.kill();
    await server.wipe();
    await server.restart();
    await eventually(() => known.get('near') === 3 && !known.has('far'));
  }, 30_000);

  it('drops an entry that does not fit, and tells the others', async () => {
    const bucket = await open(owner);
    await bucket.put('odd', { weight: 'heavy' } as never);
    await bucket.put('near', { grams: 1 });
    expect(Object.fromEntries(await follow(await open(reader)))).toEqual({ near: 1 });
  });
});

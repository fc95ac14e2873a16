import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { nextStep } from './ownership.ts';

const NOTHING = { held: 0, free: 0, orphaned: 0, parting: 0, most: 0, all: 0, ingestors: 1 };

describe('nextStep', () => {
  it('lets a lone ingestor take all', () => {
    expect(nextStep({ ...NOTHING, free: 7, all: 7 })).toEqual({ take: 7, inherit: 0 });
  });

  it('lets a newcomer inherit in small steps', () => {
    expect(nextStep({ ...NOTHING, most: 2000, all: 2000, ingestors: 2 })).toEqual({ take: 0, inherit: 25 });
  });

  it('lets all be inherited at once that somebody leaves', () => {
    expect(nextStep({ ...NOTHING, held: 500, parting: 500, all: 1000 })).toEqual({ take: 0, inherit: 500 });
  });

  it('takes what a dead ingestor held also beyond the share', () => {
    expect(nextStep({ ...NOTHING, held: 17, free: 17, orphaned: 17, all: 51, ingestors: 3 })).toEqual({ take: 17, inherit: 0 });
    expect(nextStep({ ...NOTHING, held: 30, free: 60, orphaned: 60, all: 100, ingestors: 5 })).toEqual({ take: 25, inherit: 0 });
    expect(nextStep({ ...NOTHING, held: 17, free: 17, all: 51, ingestors: 3 })).toEqual({ take: 0, inherit: 0 });
  });

  it('brings any number of ingestors to an even spread, and then moves nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.nat(100),
        fc.array(fc.nat(200), { minLength: 1, maxLength: 6 }),
        (unowned, leaving, held) => {
          const all = unowned + leaving + held.reduce((sum, count) => sum + count, 0);
          const share = Math.ceil(all / held.length);
          let [free, parting] = [unowned, leaving];
          for (let round = 0; round < 100; round++) {
            for (const [at, count] of held.entries()) {
              const others = held.filter((_, other) => other !== at);
              const most = Math.max(0, ...others);
              const step = nextStep({ ...NOTHING, held: count, free, parting, most, all, ingestors: held.length });
              free -= step.take;
              const left = Math.min(parting, step.inherit);
              parting -= left;
              const giver = held.indexOf(most);
              const given = Math.min(step.inherit - left, Math.max(0, most - share));
              if (given > 0) held[giver] = most - given;
              held[at] = count + step.take + left + given;
            }
          }
          expect([free, parting]).toEqual([0, 0]);
          expect(Math.max(...held)).toBeLessThanOrEqual(share);
        },
      ),
    );
  });
});

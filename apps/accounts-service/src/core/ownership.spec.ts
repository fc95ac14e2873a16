import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { changeOfShare } from './ownership.ts';

describe('changeOfShare', () => {
  it('lets a lone ingestor take all', () => {
    expect(changeOfShare({ held: 0, free: 7, orphaned: 0, all: 7, ingestors: 1 })).toBe(7);
  });

  it('gives back in small steps when another comes', () => {
    expect(changeOfShare({ held: 2000, free: 0, orphaned: 0, all: 2000, ingestors: 2 })).toBe(-25);
  });

  it('takes what a dead ingestor held also beyond the share, and gives nothing back meanwhile', () => {
    expect(changeOfShare({ held: 17, free: 17, orphaned: 17, all: 51, ingestors: 3 })).toBe(17);
    expect(changeOfShare({ held: 30, free: 60, orphaned: 60, all: 100, ingestors: 5 })).toBe(25);
    expect(changeOfShare({ held: 17, free: 17, orphaned: 0, all: 51, ingestors: 3 })).toBe(0);
  });

  it('brings any number of ingestors to an even spread, and then moves nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.array(fc.nat(200), { minLength: 1, maxLength: 6 }), (unowned, held) => {
        const all = unowned + held.reduce((sum, count) => sum + count, 0);
        let free = unowned;
        for (let round = 0; round < 100; round++) {
          for (const [at, count] of held.entries()) {
            const change = changeOfShare({ held: count, free, orphaned: 0, all, ingestors: held.length });
            held[at] = count + change;
            free -= change;
          }
        }
        expect(free).toBe(0);
        expect(Math.max(...held)).toBeLessThanOrEqual(Math.ceil(all / held.length));
      }),
    );
  });
});

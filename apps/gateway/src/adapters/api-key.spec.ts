import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { makeApiKey, readApiKey } from './api-key.ts';

describe('an API key', () => {
  it('tells the part by which it is found', () => {
    const key = makeApiKey();
    expect(readApiKey(key)).toEqual({ lookup: key.slice(0, 14) });
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 1000 }, makeApiKey)).size).toBe(1000);
  });

  it('shows any one character that was mistyped', () => {
    const key = makeApiKey();
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: key.length - 1 }),
        fc.constantFrom(...'0123456789abcdefghjkmnpqrstvwxyz'),
        (at, char) => {
          fc.pre(key[at] !== char);
          return readApiKey(key.slice(0, at) + char + key.slice(at + 1)) === 'mistyped';
        },
      ),
    );
  });

  it('shows that its end was left out', () => {
    expect(readApiKey(makeApiKey().slice(0, -1))).toBe('mistyped');
  });

  it('is told from what is no key of ours', () => {
    expect(readApiKey('sk_live_0451')).toBe('foreign');
  });
});

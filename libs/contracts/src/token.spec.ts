import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { toSubjectToken } from './token.ts';

describe('toSubjectToken', () => {
  it('is lower-case base32 of the lower-cased text (RFC 4648 section 10)', () => {
    expect(toSubjectToken('foobar')).toBe('mzxw6ytboi');
    expect(toSubjectToken('FooBar')).toBe('mzxw6ytboi');
    expect(toSubjectToken('fo')).toBe('mzxq');
  });

  it('gives one plain token for any text, so that no input widens a subject', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => /^([a-z2-7]+|_)$/.test(toSubjectToken(text))));
  });

  it('keeps different texts apart', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (a, b) => (a.toLowerCase() === b.toLowerCase()) === (toSubjectToken(a) === toSubjectToken(b)),
      ),
    );
  });
});

import { describe, expect, it } from '@jest/globals';

import { describeSession } from './session.ts';

const NOW = new Date('2026-11-27T12:00:00.000Z');
const seconds = (iso: string): number => Date.parse(iso) / 1000;
const cookie = (expires: number, httpOnly = false, more: object = {}): object => ({
  name: 'sid',
  value: 'x',
  domain: '.nike.com',
  path: '/',
  expires,
  httpOnly,
  secure: true,
  sameSite: 'Lax',
  ...more,
});
const stateOf = (...cookies: object[]): string => JSON.stringify({ cookies, origins: [] });
const expiryOf = (...cookies: object[]): string | undefined => describeSession(stateOf(...cookies), NOW).expiresAt?.toISOString();

describe('a session', () => {
  it('is any JSON, counted in bytes', () => {
    for (const text of ['{"token":"ü"}', '[1]', '"text"', 'null', ' {} '])
      expect(describeSession(text, NOW)).toEqual({ bytes: Buffer.byteLength(text), expiresAt: null });
  });

  it('that is not JSON is refused without being quoted', () => {
    expect(() => describeSession('{"canary": canary}', NOW)).toThrow(expect.objectContaining({ code: 'invalid_json' }));
    expect(() => describeSession('canary', NOW)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('canary') }),
    );
  });

  it('is over when the last of the cookies that hold the login is', () => {
    const [soon, later, years] = ['2026-11-27T12:30:00.000Z', '2026-12-27T12:00:00.000Z', '2028-11-27T12:00:00.000Z'];
    expect(expiryOf(cookie(seconds(soon)), cookie(seconds(later)))).toBe(later);
    expect(expiryOf(cookie(seconds(soon), true), cookie(seconds(later), true), cookie(seconds(years)))).toBe(later);
    expect(expiryOf(cookie(seconds(later)), cookie(-1, true))).toBe(later);
    expect(expiryOf(cookie(-1), cookie(seconds('2020-01-01T00:00:00.000Z')))).toBeUndefined();
    expect(expiryOf(cookie(1e300))).toBe('9999-12-31T00:00:00.000Z');
  });

  it('of Playwright is refused where Playwright would not load it, by the path of what is wrong', () => {
    expect(() => describeSession(stateOf(cookie(-1), cookie(-1, false, { domain: 7 })), NOW)).toThrow(
      expect.objectContaining({ code: 'invalid_request', errors: [expect.objectContaining({ path: 'cookies.1.domain' })] }),
    );
    expect(describeSession(stateOf(cookie(-1, false, { partitionKey: 'new' })), NOW).expiresAt).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';

import { SiteSender, toAsciiDomain } from './sender.ts';

describe('a mail domain', () => {
  it.each([
    ['Shop.Example', 'shop.example'],
    ['müller.example', 'xn--mller-kva.example'],
    ['раypal.com', 'xn--ypal-43d9g.com'],
  ])('%s is compared as %s', (text, domain) => {
    expect(toAsciiDomain(text)).toBe(domain);
  });

  it.each([
    ['in full-width letters', 'ｐａｙｐａｌ.com'],
    ['with a dot of another script', 'shop。example'],
    ['with a soft hyphen', 'pay\u00adpal.com'],
    ['with a zero-width joiner', 'pay\u200dpal.com'],
    ['that ends in a dot', 'shop.example.'],
    ['that is an address of a host', '[192.0.2.7]'],
    ['of nothing', ''],
  ])('%s is none', (_what, text) => {
    expect(toAsciiDomain(text)).toBeNull();
  });
});

describe('a sender of a site', () => {
  it('is a domain or an address, without case', () => {
    expect(SiteSender.parse(' Shop.Example ')).toBe('shop.example');
    expect(SiteSender.parse('No-Reply@Shop.Example')).toBe('no-reply@shop.example');
  });

  it.each(['shop', 'a b@shop.example', '@shop.example', '*.shop.example', 'https://shop.example', '"a"@shop.example'])(
    'is not %s',
    (text) => {
      expect(SiteSender.safeParse(text).success).toBe(false);
    },
  );
});

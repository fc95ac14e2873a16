import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAccountLine, writeAccountLine } from './account-line.ts';

const plain = (line: string) => readAccountLine(line, 'plain');
const account = (password: string, proxy: string | null = null) => ({
  kind: 'account',
  account: { email: 'ann@shop.example', password, proxy },
});

describe('a line of an account', () => {
  it.each([
    ['a password alone', 'ann@shop.example:s3cret', account('s3cret')],
    ['an escaped colon', 'ann@shop.example:a\\:b', account('a:b')],
    ['a backslash before an escaped colon', 'ann@shop.example:a\\\\:b', account('a\\:b')],
    ['any other backslash as it stands', 'ann@shop.example:a\\nb', account('a\\nb')],
    ['blanks at its ends', '  ann@shop.example:s3cret \t\r', account('s3cret')],
    ['host and port', 'ann@shop.example:p:Proxy.example:8080', account('p', 'http://proxy.example:8080')],
    ['host, port, user and password', 'ann@shop.example:p:10.0.0.1:8080:u:p@s', account('p', 'http://u:p%40s@10.0.0.1:8080')],
    ['an escaped colon of the proxy', 'ann@shop.example:p:px:1:u:a\\:b', account('p', 'http://u:a%3Ab@px:1')],
    ['IPv6 in brackets', 'ann@shop.example:p:[2001:db8::1]:1080', account('p', 'http://[2001:db8::1]:1080')],
    ['a URL', 'ann@shop.example:p:socks5://u:p%3Aq@px.example:9050', account('p', 'socks5://u:p%3Aq@px.example:9050')],
    ['a URL without its port', 'ann@shop.example:p:https://px.example', account('p', 'https://px.example:443')],
    ['a URL of IPv6', 'ann@shop.example:p:socks5://[::1]', account('p', 'socks5://[::1]:1080')],
    ['a blank line', ' \t', { kind: 'skipped' }],
    ['a remark', '# mine', { kind: 'skipped' }],
  ])('is read with %s', (_, line, expected) => {
    expect(plain(line)).toEqual(expected);
  });

  it.each([
    ['proxy_invalid', 'ann@shop.example:pass:word'],
    ['proxy_invalid', 'ann@shop.example:pass:2001:db8::1:8080'],
    ['proxy_invalid', 'ann@shop.example:p:10.0.0.256:80'],
    ['proxy_invalid', 'ann@shop.example:p:8080:1234'],
    ['proxy_invalid', 'ann@shop.example:p:px.example:0'],
    ['proxy_invalid', 'ann@shop.example:p:px.example:65536'],
    ['proxy_invalid', 'ann@shop.example:p:px.example:80:u'],
    ['proxy_invalid', 'ann@shop.example:p:px.example:80:u:a:b'],
    ['proxy_invalid', 'ann@shop.example:p:ftp://px.example:21'],
    ['proxy_invalid', 'ann@shop.example:p:http://px.example:80/path'],
    ['proxy_invalid', 'ann@shop.example:p:http://u:100%@px.example:80'],
    ['proxy_invalid', 'ann@shop.example:p:'],
    ['password_missing', 'ann@shop.example'],
    ['password_missing', 'ann@shop.example::px.example:80'],
    ['email_invalid', 'ann:s3cret'],
  ])('is refused as %s: %s', (code, line) => {
    expect(plain(line)).toMatchObject({ kind: 'rejected', code });
  });

  it('is refused when no login is that long', () => {
    expect(plain(`ann@shop.example:${'s3cret'.repeat(2000)}`)).toMatchObject({ kind: 'rejected', code: 'line_too_long' });
  });

  it('is quoted without its secrets when it is refused', () => {
    expect(plain('ann@shop.example:canary:canary')).toMatchObject({ text: 'ann@shop.example:***' });
    expect(plain('canary')).toMatchObject({ text: '***' });
  });

  it('is refused in the exact dialect when a backslash escapes nothing', () => {
    expect(readAccountLine('ann@shop.example:a\\b', 'exact')).toMatchObject({ kind: 'rejected', code: 'escape_unknown' });
    expect(readAccountLine('ann@shop.example:a\\', 'exact')).toMatchObject({ kind: 'rejected', code: 'escape_unknown' });
  });

  it('reads as the same account again, whatever the password', () => {
    const marks = fc.constantFrom(':', '\\', '\n', '\r', '#', ' ', 'n', 'r', '\t');
    const password = fc.string({
      unit: fc.oneof(marks, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
      minLength: 1,
      maxLength: 40,
    });
    const email = fc
      .string({ unit: fc.constantFrom('a', '#', ':', '\\', '.'), minLength: 1, maxLength: 8 })
      .map((local) => `${local}@shop.example`);
    const proxy = fc.constantFrom(null, 'http://px.example:80', 'socks5://u:p%3A%5C@[::1]:1080');
    fc.assert(
      fc.property(email, password, proxy, (...[email, password, proxy]) => {
        const line = writeAccountLine({ email, password, proxy });
        expect(line).not.toMatch(/[\r\n]/);
        expect(readAccountLine(line, 'exact')).toEqual({ kind: 'account', account: { email, password, proxy } });
      }),
    );
  });

  it('never throws, whatever it holds', () => {
    const noise = fc.string({
      unit: fc.constantFrom(':', '@', '[', ']', '%', '/', '\\', 'a', '1', '.', '\0', '\ud800'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(noise, fc.constantFrom('plain' as const, 'exact' as const), (text, dialect) => {
        readAccountLine(`a@b:p:${text}`, dialect);
        readAccountLine(text, dialect);
      }),
    );
  });
});

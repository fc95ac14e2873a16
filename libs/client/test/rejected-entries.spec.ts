import { describe, expect, it } from '@jest/globals';
import type { ImportFormat } from '@otterpost/contracts/imports';

import { type RejectedEntry, readRejectedEntries } from '../src/rejected-entries.ts';

/** The file byte by byte, so that every cut between two pieces is tried. */
async function* bytewise(text: string): AsyncGenerator<Uint8Array> {
  for (const byte of Buffer.from(text)) yield Uint8Array.of(byte);
}

async function entriesOf(file: string, format: ImportFormat): Promise<RejectedEntry[]> {
  const entries: RejectedEntry[] = [];
  for await (const entry of readRejectedEntries(bytewise(file), format)) entries.push(entry);
  return entries;
}

describe('rejected entries', () => {
  it('of lines are shown by their email alone', async () => {
    const file = [
      '#otterpost lines 1',
      '# line 3: proxy_invalid: What follows is no proxy: no port',
      'änn@example.com:secret:nonsense',
      '# line 9: email_invalid: A line begins with an email address',
      '# line 4: not_a_remark: secret',
      '# line 12: password_missing: A password follows',
      'secret-without-address',
      '',
    ].join('\n');
    expect(await entriesOf(file, 'otterpost_lines')).toEqual([
      { line: 3, code: 'proxy_invalid', message: 'What follows is no proxy: no port', text: 'änn@example.com:***' },
      { line: 9, code: 'email_invalid', message: 'A line begins with an email address', text: '***' },
      { line: 12, code: 'password_missing', message: 'A password follows', text: '***' },
    ]);
  });

  it('of CSV and JSON are shown by their email alone', async () => {
    const file = [
      'group,site,email,password,proxy,error',
      'shoes,nike,ann@example.com,"se""cr,et\r\nof two lines",nonsense,"line 2: proxy_invalid: no ""port"", no proxy"',
      ',,bea@example.com:secret,,,line 5: email_invalid: none',
      '"","",secret,x,,line 6: email_invalid: none',
      '',
    ].join('\r\n');
    expect(await entriesOf(file, 'otterpost_json')).toEqual([
      { line: 2, code: 'proxy_invalid', message: 'no "port", no proxy', text: 'ann@example.com:***' },
      { line: 5, code: 'email_invalid', message: 'none', text: 'bea@example.com:***' },
      { line: 6, code: 'email_invalid', message: 'none', text: '***' },
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { MailRead } from '@otterpost/contracts/mail-events';

import { maskCode, toCodeFound, toFeedEntry } from './live-feed.ts';

const mail = (more: Partial<MailRead>): MailRead =>
  ({
    mailboxId: 'mbx_1',
    mailId: 'mbx_1:inbox:1:1',
    site: 'nike',
    recipient: 'ann@example.com',
    code: '482913',
    link: 'https://nike.example/verify?token=secret',
    reason: null,
    from: 'no-reply@nike.com',
    subject: '482913 is your code',
    hops: { serverReceivedAt: null, noticedAt: '2026-11-24T12:00:00.000Z' },
    confidence: 1,
    authenticity: 'pass',
    refused: false,
    ...more,
  }) as MailRead;

describe('the live feed', () => {
  it('shows of a code its first character only, wherever it stands', () => {
    const entry = toFeedEntry(mail({}));
    expect(entry).toMatchObject({ code: '4•••••', link: 'https://nike.example/…', subject: '4••••• is your code' });
    expect(JSON.stringify(entry)).not.toMatch(/482913|secret/);
  });

  it('shows a mail without a code, with the reason', () => {
    const reason = { code: 'newsletter', detail: 'Nothing in it looks like a code' };
    expect(toFeedEntry(mail({ code: null, link: null, reason }))).toMatchObject({ code: null, reason });
  });

  it.each(['', '1', '12'])('masks even short codes: %j', (code) => {
    expect(maskCode(code)).toHaveLength(code.length);
  });

  it('gives trusted listeners the code itself, and nothing where there is none', () => {
    expect(toCodeFound(mail({}))).toMatchObject({ code: '482913', subject: '482913 is your code' });
    expect(toCodeFound(mail({ code: null, link: null }))).toBeUndefined();
    expect(toCodeFound(mail({ site: null }))).toBeUndefined();
  });
});

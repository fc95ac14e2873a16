import { describe, expect, it } from '@jest/globals';
import { buildMail } from '@otterpost/testkit/mail';
import fc from 'fast-check';

import { readMail } from '../src/adapters/read-mail.ts';
import { extract, type Finding } from '../src/core/extract.ts';

interface Shown {
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
}

async function read({ subject = 'Riverbank', text, html }: Shown): Promise<Finding> {
  const raw = buildMail({
    from: 'Riverbank <no-reply@riverbank.example>',
    to: 'ada@otters.example',
    subject,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
  });
  return extract(await readMail(Buffer.from(raw)));
}

describe('a code', () => {
  it.each<[string, Shown, string]>([
    ['in a sentence', { text: 'Your verification code is 482913.' }, '482913'],
    ['after a colon', { text: 'Your code: 4829' }, '4829'],
    ['before its cue', { text: '482913 is your Riverbank code' }, '482913'],
    ['alone below its cue', { text: 'Enter this code to sign in:\n\n48291377\n\nThanks' }, '48291377'],
    ['grouped by a blank', { text: 'Your verification code is 482 913.' }, '482913'],
    ['grouped by a dash', { text: 'Your verification code is 482-913.' }, '482913'],
    [
      'one digit a cell',
      { html: `<p>Your verification code</p><table><tr>${[...'482913'].map((d) => `<td>${d}</td>`).join('')}</tr></table>` },
      '482913',
    ],
    [
      'one digit an input',
      { html: `<p>Your verification code</p>${[...'4829'].map((d) => `<input value="${d}">`).join('')}` },
      '4829',
    ],
    ['with a letter and a dash', { text: 'Your verification code is G-482913' }, 'G-482913'],
    ['in two groups of letters', { text: 'Use this one-time code to log in:\nABCD-E7GH' }, 'ABCD-E7GH'],
    ['of letters and digits', { text: 'Enter this one-time passcode:\n7XK9Q2' }, '7XK9Q2'],
    ['in the subject only', { subject: '482913 is your sign-in code', text: 'See the subject.' }, '482913'],
    ['in full-width digits', { text: '認証コード：４８２９１３' }, '482913'],
    ['in Arabic-Indic digits', { text: 'رمز التحقق الخاص بك: ٤٨٢٩١٣' }, '482913'],
    ['glued to Hangul', { text: '인증번호는 482913입니다.' }, '482913'],
    ['with soft hyphens and zero-width blanks', { text: 'Your verification code is 48\u00ad29\u200b13.' }, '482913'],
    ['with a no-break space', { text: 'Your verification code is 482\u00a0913.' }, '482913'],
    ['under a compound word', { text: 'Dein Einmalcode lautet\n482913' }, '482913'],
    ['beside an order hotline', { text: 'Your verification code is 482913.\nOrder hotline: 55501020' }, '482913'],
  ])('is read %s', async (_where, mail, code) => {
    expect((await read(mail)).code).toBe(code);
  });

  it('says for how long it is valid', async () => {
    expect((await read({ text: 'Your verification code is 482913. It expires in 10 minutes.' })).expiresIn).toBe(600);
    expect((await read({ text: '認証コード：482913\n有効期限は30分です。' })).expiresIn).toBe(1800);
  });

  it.each<[string, Shown]>([
    ['an order', { subject: 'Order 718204 is confirmed', text: 'Order number: 718204\nTotal: 49.90 EUR' }],
    ['a parcel', { text: 'Your parcel is on its way.\nTracking number:\n718204553' }],
    ['a discount', { subject: 'For you: 20% off', text: 'Use the code below at checkout:\n\nSKIN15' }],
    ['a gift card', { text: 'Your gift card code:\nABCD-1234-EFGH' }],
    ['an invoice', { text: 'Invoice no. 20261124\nAmount due: $482913' }],
    ['a booking', { text: 'Your reservation is confirmed.\nConfirmation code:\nHMFN35C4MH\nCheck-in: 3 pm' }],
    ['a notice', { text: 'Your password was changed on 24 November 2026 from 198.51.100.23.\nCase 553201' }],
    ['a pick-up', { text: 'Your parcel waits in the locker.\nPick-up code: 482913' }],
    ['a postcode', { text: 'Bitte prüfe deine Adresse.\nPostleitzahl: 10115' }],
    ['a footer', { text: 'News from us.\n© 2026 Riverbank, 1600 Harbour Street, 94105' }],
    ['a telephone', { text: 'Call us: 0800 555 0199' }],
  ])('is not seen in %s', async (_what, mail) => {
    expect(await read(mail)).toMatchObject({ kind: 'none', code: null, link: null, reason: { code: expect.any(String) } });
  });

  it.each([
    ['display', '<div style="display:none">Your verification code is 999999</div>'],
    ['display by a class', '<style>.x{display:none}</style><div class="x">Your verification code is 999999</div>'],
    ['visibility', '<p style="visibility: hidden">Your verification code is 999999</p>'],
    ['font size', '<p style="font-size:0px">Your verification code is 999999</p>'],
    ['opacity', '<p style="opacity:0">Your verification code is 999999</p>'],
    ['white on white', '<p style="color:#fff">Your verification code is 999999</p>'],
    ['one colour', '<p style="color:#00aa77;background-color:#0a7">Your verification code is 999999</p>'],
    ['an attribute', '<p hidden>Your verification code is 999999</p>'],
    ['a program', '<p style="mso-hide:all">Your verification code is 999999</p>'],
    ['a comment', '<!-- Your verification code is 999999 -->'],
    ['a script', '<script>/* Your verification code is 999999 */</script>'],
  ])('is not read where %s hides it', async (_how, hidden) => {
    expect((await read({ html: `<html><body>${hidden}<p>Hello</p></body></html>` })).code).toBeNull();
    expect((await read({ html: `<html><body>${hidden}<p>Your verification code is 482913</p></body></html>` })).code).toBe(
      '482913',
    );
  });

  it('is read where a style only seems to hide it', async () => {
    const html = '<td style="font-size:0"><p style="font-size:16px">Your verification code is 482913</p></td>';
    expect((await read({ html })).code).toBe('482913');
    expect(
      (await read({ html: '<div style="background:url(x.png);color:#fff">Your verification code is 482913</div>' })).code,
    ).toBe('482913');
  });

  it('is none rather than one of two', async () => {
    expect((await read({ text: 'Your verification code is 482913.\nYour verification code is 730518.' })).code).toBeNull();
  });
});

describe('a link', () => {
  it.each<[string, Shown, string | null]>([
    [
      'to confirm',
      { html: '<a href="https://a.example/confirm?token=9fK2vQ7xL1">Confirm</a>' },
      'https://a.example/confirm?token=9fK2vQ7xL1',
    ],
    [
      'in plain text',
      { text: 'Reset it here: https://a.example/reset-password/k3J9x0aPq27Lm4' },
      'https://a.example/reset-password/k3J9x0aPq27Lm4',
    ],
    ['to unsubscribe', { html: '<a href="https://a.example/unsubscribe?token=9fK2vQ7xL1">Unsubscribe</a>' }, null],
    ['to help', { html: '<a href="https://a.example/help">Verify how it works</a>' }, null],
    ['to the login page', { html: '<a href="https://a.example/login">Log in</a>' }, null],
    ['that runs a script', { html: '<a href="javascript:confirm(9)">Confirm</a>' }, null],
  ])('is found %s or left alone', async (_what, mail, link) => {
    expect((await read(mail)).link).toBe(link);
  });
});

describe('the reader', () => {
  it('never fails, whatever a mail holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 2000 }), fc.string({ maxLength: 300 }), async (html, subject) => {
        const finding = extract(await readMail(Buffer.from(`Subject: ${subject}\r\nContent-Type: text/html\r\n\r\n${html}`)));
        expect(finding.candidates.length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 300 },
    );
  });
});

import { afterAll, describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import { SiteDefinition } from '@otterpost/contracts/sites';
import { buildMail } from '@otterpost/testkit/mail';
import { getDomain } from 'tldts';

import { PatternTrial } from '../src/adapters/pattern-trial.ts';
import { compileRe2 } from '../src/adapters/re2-pattern.ts';
import { readMail } from '../src/adapters/read-mail.ts';
import { PatternTally } from '../src/core/pattern-tally.ts';
import { readForSite } from '../src/core/read-for-site.ts';
import { SiteBook, toKnownSite } from '../src/core/site-book.ts';
import { TEXT_LIMIT } from '../src/core/text-pattern.ts';
import { createTrySite } from '../src/core/try-site.ts';
import { hostilePatterns } from './hostile-patterns.ts';

const trial = new PatternTrial();
afterAll(() => trial.stop());

type Draft = Partial<Parameters<typeof SiteDefinition.parse>[0] & object>;
const definitionOf = (draft: Draft): SiteDefinition =>
  SiteDefinition.parse({ name: 'Riverbank', senders: ['riverbank.example'], ...draft });
const siteOf = (draft: Draft, slug = 'riverbank') => toKnownSite({ ...definitionOf(draft), slug, revision: 1 }, compileRe2);
const mailOf = (subject: string, text: string, html?: string): string =>
  buildMail({
    from: 'Riverbank <no-reply@riverbank.example>',
    to: 'ada@otters.example',
    subject,
    text,
    ...(html === undefined ? {} : { html }),
  });
const read = async (draft: Draft, subject: string, text: string, html?: string) =>
  readForSite(await readMail(Buffer.from(mailOf(subject, text, html))), siteOf(draft));

const trySite = createTrySite({
  read: readMail,
  compile: compileRe2,
  vet: (pattern, group) => trial.run({ pattern, group }),
  toRegistrableDomain: (domain) => getDomain(domain),
});
async function refusalOf(draft: Draft): Promise<Pick<Failure, 'code' | 'errors'> | undefined> {
  const refused: unknown = await trySite('riverbank', definitionOf(draft)).catch((error: unknown) => error);
  if (refused !== undefined && !(refused instanceof Failure)) throw refused;
  return refused;
}

describe("a site's pattern", () => {
  it('gives its first group, the one named "code", or the one that is asked for', async () => {
    const text = 'Order 7741 is yours. Pass: 482913';
    expect((await read({ code: { pattern: 'Pass: (\\d+)' } }, 'Hello', text)).code).toBe('482913');
    expect((await read({ code: { pattern: 'Order (\\d+).*Pass: (?P<code>\\d+)' } }, 'Hello', text)).code).toBe('482913');
    expect((await read({ code: { pattern: 'Order (\\d+).*Pass: (\\d+)', group: 2 } }, 'Hello', text)).code).toBe('482913');
    expect((await read({ code: { pattern: 'Word: (\\d+)|Pass: (\\d+)' } }, 'Hello', text)).code).toBe('482913');
    expect((await read({ code: { pattern: 'Pass: \\d+', group: 0 } }, 'Hello', text)).code).toBe('Pass: 482913');
  });

  it('sees the subject and the lines as people read them, each with its own beginning and end', async () => {
    expect((await read({ code: { pattern: '^(\\d{6})$' } }, 'Hello', 'Your pass\n\n４８２９１３\n\nBye')).code).toBe('482913');
    expect((await read({ code: { pattern: '^(\\d{6}) is your pass' } }, '482913 is your pass', 'Bye')).code).toBe('482913');
  });

  it('gives what the form takes: blanks and dashes that only group digits are left out, others stay', async () => {
    expect((await read({ code: { pattern: 'Pass: ([\\d -]+)' } }, 'Hello', 'Pass: 482 913')).code).toBe('482913');
    expect((await read({ code: { pattern: 'Pass: ([\\w-]+)' } }, 'Hello', 'Pass: ABCD-EFGH')).code).toBe('ABCD-EFGH');
    expect((await read({ code: { pattern: 'G-(\\d{6})' } }, 'Hello', 'G-482913 is your verification code')).code).toBe('482913');
  });

  it('finds the link by the address that it leads to', async () => {
    const html = '<a href="https://riverbank.example/help">Help</a> <a href="https://riverbank.example/go/x91">Go on</a>';
    expect(await read({ link: { pattern: '/go/\\w+$' } }, 'Hello', 'Hello', html)).toMatchObject({
      kind: 'link',
      link: 'https://riverbank.example/go/x91',
      confidence: 1,
    });
  });

  it('that finds nothing leaves the mail to the generic extractor, with less confidence', async () => {
    const text = 'Your verification code is 482913.';
    const [own, generic] = [await read({ code: { pattern: 'Pass: (\\d+)' } }, 'Hello', text), await read({}, 'Hello', text)];
    expect([own.code, own.outcome, generic.outcome]).toEqual(['482913', 'fellBack', null]);
    expect(own.confidence).toBeLessThan(generic.confidence);
    expect(await read({ code: { pattern: 'Pass: (\\d+)' } }, 'Hello', 'Nothing new.')).toMatchObject({
      outcome: 'nothing',
      reason: { code: 'no_match' },
    });
  });

  it('for codes leaves links to the generic extractor, and is not thought to have missed them', async () => {
    const html = '<a href="https://riverbank.example/confirm?token=9fK2vQ7xL1aB">Confirm your address</a>';
    expect(await read({ code: { pattern: 'Pass: (\\d+)' } }, 'Hello', 'Hello', html)).toMatchObject({
      kind: 'link',
      outcome: null,
    });
  });

  it('for subjects leaves mails with another one alone, also where they hold a code', async () => {
    const draft = { subjects: ['(?i)sign.in'] };
    const text = 'Your verification code is 482913.';
    expect((await read(draft, 'Your sign-in code', text)).code).toBe('482913');
    expect(await read(draft, 'Confirm your payment', text)).toMatchObject({ kind: 'none', reason: { code: 'other_subject' } });
  });

  it('says for how long its codes are valid where the mail does not', async () => {
    expect((await read({ expiresIn: 900 }, 'Hello', 'Your verification code is 482913.')).expiresIn).toBe(900);
    expect(
      (await read({ expiresIn: 900 }, 'Hello', 'Your verification code is 482913. It is valid for 5 minutes.')).expiresIn,
    ).toBe(300);
  });
});

describe('the book of sites', () => {
  const book = new SiteBook();
  book.put(siteOf({ senders: ['riverbank.example'] }, 'river'));
  book.put(siteOf({ senders: ['login.riverbank.example'] }, 'river-login'));
  book.put(siteOf({ senders: ['robot@login.riverbank.example'] }, 'river-robot'));
  book.put(siteOf({ senders: ['shared.example'], subjects: ['^Alpha'] }, 'alpha'));
  book.put(siteOf({ senders: ['shared.example'], subjects: ['^Beta'] }, 'beta'));

  it.each([
    ['a@riverbank.example', 'river'],
    ['a@news.riverbank.example', 'river'],
    ['a@deep.login.riverbank.example', 'river-login'],
    ['robot@login.riverbank.example', 'river-robot'],
    ['a@notriverbank.example', undefined],
    ['a@riverbank.example.evil.example', undefined],
  ])('gives %s to the site that names the most of it', (address, slug) => {
    expect(book.find(address, '')?.rules.slug).toBe(slug);
  });

  it('tells sites of one sender apart by their subjects', () => {
    expect([
      book.find('a@shared.example', 'Beta: code')?.rules.slug,
      book.find('a@shared.example', 'Alpha: code')?.rules.slug,
    ]).toEqual(['beta', 'alpha']);
  });

  it('has a changed site once, and a removed one not at all', () => {
    book.put(siteOf({ senders: ['old.example'] }, 'moved'));
    book.put(siteOf({ senders: ['new.example'] }, 'moved'));
    expect([book.find('a@old.example', '')?.rules.slug, book.find('a@new.example', '')?.rules.slug]).toEqual([
      undefined,
      'moved',
    ]);
    book.remove('moved');
    expect(book.find('a@new.example', '')).toBeUndefined();
  });
});

describe('a site that is tried out', () => {
  it('passes when its patterns compile and its samples give what they should', async () => {
    const samples = [
      { mail: mailOf('Hello', 'Pass: 482913'), expect: { code: '482913' } },
      { mail: mailOf('News', 'We have moved.'), expect: null },
    ];
    expect(await refusalOf({ code: { pattern: 'Pass: (\\d+)' }, samples })).toBeUndefined();
  });

  it('is refused with the sample that failed and what was found', async () => {
    const samples = [
      { mail: mailOf('Hello', 'Pass: 482913'), expect: { code: '482913' } },
      { mail: mailOf('Hello', 'Pass: 111222'), expect: { code: '333444' } },
      { mail: mailOf('Hello', 'Pass: 555666'), expect: null },
    ];
    expect(await refusalOf({ code: { pattern: 'Pass: (\\d+)' }, samples })).toMatchObject({
      code: 'sample_failed',
      errors: [
        { path: 'samples.1', message: 'should give the code 333444, gave 111222' },
        { path: 'samples.2', message: 'should give no code, gave 555666' },
      ],
    });
  });

  it('is refused when only the generic extractor meets its sample', async () => {
    const samples = [{ mail: mailOf('Hello', 'Your verification code is 482913.'), expect: { code: '482913' } }];
    expect((await refusalOf({ code: { pattern: 'Pass: (\\d+)' }, samples }))?.code).toBe('sample_failed');
    expect(await refusalOf({ samples })).toBeUndefined();
  });

  it.each([
    ['backreferences', '(\\d)\\1', 'code.pattern'],
    ['lookahead', '(?=a)\\d+', 'code.pattern'],
    ['lookbehind', '(?<=code )\\d+', 'code.pattern'],
    ['an open bracket', '(\\d+', 'code.pattern'],
    ['a repetition over the limit', '(\\d{1,2000})', 'code.pattern'],
    ['a program over the limit', '((a{0,10}){10}){9}', 'code.pattern'],
  ])('is refused with %s', async (_what, pattern, path) => {
    expect(await refusalOf({ code: { pattern } })).toMatchObject({ code: 'pattern_invalid', errors: [{ path }] });
  });

  it('is refused when its pattern has no such group, and told of each pattern at fault', async () => {
    expect(
      await refusalOf({ subjects: ['fine', '['], code: { pattern: '(\\d+)', group: 2 }, link: { pattern: '*' } }),
    ).toMatchObject({
      code: 'pattern_invalid',
      errors: [{ path: 'subjects.1' }, { path: 'code.pattern', message: 'has no group 2' }, { path: 'link.pattern' }],
    });
  });

  it('may not claim all senders of a public suffix', async () => {
    expect(await refusalOf({ senders: ['co.uk'] })).toMatchObject({ code: 'invalid_request', errors: [{ path: 'senders.0' }] });
  });
});

describe('what patterns find', () => {
  it('is counted for the site as it is now, and told once', async () => {
    const tally = new PatternTally();
    const site = siteOf({});
    tally.count(site.rules, 'matched', new Date(1));
    tally.count(site.rules, 'fellBack', new Date(2));
    const failing = tally.tell(() => Promise.reject(new Error('away')));
    tally.count(site.rules, 'fellBack', new Date(3));
    await expect(failing).rejects.toThrow('away');
    const told: object[] = [];
    for (let round = 0; round < 2; round++) await tally.tell(async (uses) => told.push(...uses));
    expect(told).toEqual([
      expect.objectContaining({
        slug: 'riverbank',
        revision: 1,
        matched: 1,
        fellBack: 2,
        lastFellBackAt: new Date(3).toISOString(),
      }),
    ]);
  });
});

describe('a hostile pattern', () => {
  const patterns = hostilePatterns(1000);

  it('is refused, or small enough to search any text that it sees', () => {
    let accepted = 0;
    for (const pattern of patterns) {
      try {
        compileRe2(pattern);
        accepted += 1;
      } catch (error) {
        expect(error).toMatchObject({ name: 'PatternFault' });
      }
    }
    expect(accepted).toBeGreaterThan(300);
    expect(accepted).toBeLessThan(1000);
  });

  it('sees no more than the first part of a text', () => {
    const text = `${'x'.repeat(TEXT_LIMIT - 6)}482913 482914`;
    expect(compileRe2('\\d+').find(text)).toBe('482913');
    expect(compileRe2('482914').find(text)).toBeUndefined();
  });

  it('is tried in a thread of its own, and one that is too much ends there', async () => {
    for (const pattern of patterns.slice(0, 20))
      await trial.run({ pattern, group: undefined }).catch((error: Error) => expect(error.name).toBe('PatternFault'));
    await expect(trial.run({ pattern: `(${'(?:'.repeat(30)}a${'{0,30})'.repeat(30)})`, group: undefined })).rejects.toThrow();
    await trial.run({ pattern: '\\d{6}', group: undefined });
  }, 60_000);
});

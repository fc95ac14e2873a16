import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isAligned, toRegistrableDomain } from '../src/adapters/alignment.ts';
import { readMail } from '../src/adapters/read-mail.ts';
import { createJudgeAuthenticity } from '../src/core/authenticity.ts';
import { SiteBook } from '../src/core/site-book.ts';
import { createUnderstandMail } from '../src/core/understand-mail.ts';

const RUNS = 100_000;
/** The same mails each time; `OTTERPOST_FUZZ_SEED` for others. */
const SEED = Number(process.env.OTTERPOST_FUZZ_SEED ?? 1);
const CORPUS = new URL('corpus/', import.meta.url);
const MAILS = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(new URL(name, CORPUS)))
  .filter((mail) => mail.length < 8192);

/** What means something to one of the parsers that a mail passes. */
const PIECES = [
  ...[
    '\r\n\r\n',
    '\n',
    '\r',
    '\0',
    '--',
    '=',
    '=\r\n',
    '=?utf-8?q?',
    '=?iso-2022-jp?B?',
    '?=',
    '\u202e',
    '\u00ad',
    '+AGE-',
    '\x1b$B',
  ],
  ...[
    '<',
    '>',
    '<!--',
    '<style>',
    '</style',
    '<td>',
    '</',
    '<a href="',
    '&#',
    '&#x10ffff;',
    '{',
    '}',
    '/*',
    'style="display:none;',
    '<![CDATA[',
  ],
  ...[
    'Content-Type: multipart/mixed; boundary=',
    'Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n',
    'Content-Transfer-Encoding: base64\r\n',
  ],
  ...[
    'charset=utf-7',
    'charset="',
    ';',
    '"',
    '(',
    ')',
    '@',
    ',',
    '-----Original Message-----\nFrom: ',
    '482913',
    'https://a.example/?token=',
    '9'.repeat(300),
  ],
].map((piece) => Buffer.from(piece));

interface Mutation {
  readonly kind: 'insert' | 'cut' | 'flip' | 'repeat' | 'splice';
  readonly at: number;
  readonly length: number;
  readonly piece: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('insert', 'cut', 'flip', 'repeat', 'splice'),
  at: fc.nat(8191),
  length: fc.nat(400),
  piece: fc.nat(10_000),
});

function mutate(mail: Buffer, { kind, at, length, piece }: Mutation): Buffer {
  const place = at % (mail.length + 1);
  const [before, after] = [mail.subarray(0, place), mail.subarray(place)];
  const inserted = PIECES[piece % PIECES.length] as Buffer;
  switch (kind) {
    case 'insert':
      return Buffer.concat([before, inserted, after]);
    case 'cut':
      return Buffer.concat([before, after.subarray(length)]);
    case 'flip':
      return Buffer.concat([
        before,
        Buffer.from(after.subarray(0, 1).map((octet) => octet ^ (1 << (piece % 8)))),
        after.subarray(1),
      ]);
    case 'repeat':
      return Buffer.concat([before, ...Array<Buffer>(1 + (length % 20)).fill(after.subarray(0, 60)), after]);
    case 'splice':
      return Buffer.concat([before, (MAILS[piece % MAILS.length] as Buffer).subarray(place)]);
  }
}

const understand = createUnderstandMail({
  read: readMail,
  judge: createJudgeAuthenticity({ isAligned, verify: undefined, arcSealers: new Set() }),
  sites: new SiteBook(),
  toRegistrableDomain,
});
const MAILBOX = { username: 'ada@otters.example', authservId: 'mx.otters.example', forwarders: ['ada@outlook.example'] };

describe('a mail that was damaged on its way', () => {
  it('is always read, whatever of it is left', async () => {
    const mail = fc.tuple(fc.nat(MAILS.length - 1), fc.array(mutation, { minLength: 1, maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(mail, async ([number, mutations]) => {
        const source = mutations.reduce(mutate, MAILS[number] as Buffer);
        const { finding } = await understand({ source, isWhole: true, texts: [] }, MAILBOX);
        // Nothing else is ever handed to a worker.
        expect(finding.code ?? '0000').toMatch(/^[\p{L}\p{N}-]{4,}$/u);
        expect(finding.link ?? 'https://').toMatch(/^https?:\/\//i);
        expect(finding.reason === null).toBe(finding.kind !== 'none');
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, 600_000);
});

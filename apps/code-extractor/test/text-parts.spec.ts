import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';

import { decodeText } from '../src/adapters/decode-text.ts';
import { decodeQuotedPrintable } from '../src/adapters/quoted-printable.ts';
import { findTextParts } from '../src/adapters/text-parts.ts';

const CORPUS = new URL('corpus/', import.meta.url);

interface Texts {
  readonly text: string[];
  readonly html: string[];
}

/** What we find. */
function ours(mail: Buffer): Texts {
  const parts = findTextParts(mail) ?? [];
  const isHtml = ({ type }: { type: string }): boolean => type === 'text/html';
  return {
    text: linesOf(parts.filter((part) => !isHtml(part)).map(decodeText)),
    html: linesOf(parts.filter(isHtml).map(decodeText)),
  };
}

async function theirs(mail: Buffer): Promise<Texts> {
  const { text = '', html } = await simpleParser(mail, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  return { text: linesOf([text]), html: linesOf(html === false ? [] : html.split('<br/>\n')) };
}

/** Blank lines between parts, and blanks at the end of a line, are nobody's. */
function linesOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split('\n').map((line) => line.trim())).filter((line) => line !== '');
}

interface Leaf {
  readonly type: string;
  readonly encoding: string;
  readonly charset: string;
  readonly disposition: string;
  readonly flowed: string;
  readonly body: string;
}
interface Branch {
  readonly kind: string;
  readonly preamble: string;
  readonly children: readonly (Leaf | Branch)[];
}

/** No octets that are in no charset: what becomes of those is nobody's promise. */
const words = fc.stringMatching(/^[ g-zG-Z0-9.-]{0,30}$/);
const lines = fc.array(words, { maxLength: 5 }).map((some) => some.join('\n'));
const leaf: fc.Arbitrary<Leaf> = fc.record({
  type: fc.constantFrom(
    'text/plain',
    'text/html',
    'TEXT/HTML',
    'text/x-amp-html',
    'text/calendar',
    'image/png',
    'message/delivery-status',
    '',
  ),
  encoding: fc.constantFrom('', '7bit', 'base64', 'quoted-printable', 'BASE64 (so it is)', 'x-unknown'),
  charset: fc.constantFrom('', 'utf-8', 'us-ascii', 'iso-8859-1', 'windows-1251', 'iso-2022-jp', 'utf-7', 'x-unheard-of'),
  disposition: fc.constantFrom('', 'inline', 'attachment', 'form-data', 'inline; filename="a.txt"', 'attachment; filename=b.bin'),
  flowed: fc.constantFrom('', '; format=flowed', '; format=flowed; delsp=yes'),
  body: fc.oneof(lines, fc.string({ unit: fc.constantFrom('é', 'ж', '日', 'x', ' ', '\n', '='), maxLength: 40 })),
});
const { tree } = fc.letrec<{ tree: Leaf | Branch }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.record({
      kind: fc.constantFrom('mixed', 'alternative', 'related', 'signed'),
      preamble: lines,
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    }),
  ),
}));

let count = 0;
function write(node: Leaf | Branch, end: string): string {
  if ('children' in node) {
    const boundary = `=_${node.kind}_${count++}`;
    const children = node.children.map((child) => `--${boundary}${end}${write(child, end)}${end}`).join('');
    const { preamble } = node;
    return `Content-Type: multipart/${node.kind};${end}\tboundary="${boundary}"${end}${end}${preamble}${end}${children}--${boundary}--${end}${preamble}`;
  }
  const { type, encoding, charset, disposition, flowed, body } = node;
  const encoded = encoding.toLowerCase().startsWith('base64')
    ? Buffer.from(body).toString('base64').replace(/.{20}/g, `$&${end}`)
    : body.replaceAll('\n', end);
  return [
    ...(type === '' ? [] : [`Content-Type: ${type}${charset === '' ? '' : `; charset="${charset}"`}${flowed}`]),
    ...(encoding === '' ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    ...(disposition === '' ? [] : [`Content-Disposition: ${disposition}`]),
    '',
    encoded,
  ].join(end);
}

describe('the text of a mail', () => {
  const corpus = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'));

  it('is that which mailparser reads, in every mail of the corpus', async () => {
    for (const name of corpus) {
      const mail = readFileSync(new URL(name, CORPUS));
      expect({ name, ...ours(mail) }).toEqual({ name, ...(await theirs(mail)) });
    }
  });

  it('is that which mailparser reads, however parts are nested, encoded and ended', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom('\r\n', '\n'), async (node, end) => {
        const mail = Buffer.from(`Subject: Otters${end}${write(node, end)}`);
        expect(ours(mail)).toEqual(await theirs(mail));
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  it('is decoded in one pass, however long a run of blanks or of marks is', () => {
    const hostile = [' '.repeat(1_000_000), '='.repeat(1_000_000), '=\t \t'.repeat(250_000), '= '.repeat(500_000)];
    for (const text of hostile) {
      const decoded = decodeQuotedPrintable(Buffer.from(`${text}x`));
      expect(decoded.length).toBeLessThanOrEqual(text.length + 1);
      expect(decoded.at(-1)).toBe('x'.charCodeAt(0));
    }
  });
});

import libmime from 'libmime';
import { simpleParser } from 'mailparser';

import { type Header, readHeader, valuesOf } from '../core/header.ts';
import type { EncodedText, Link, ReadableMail } from '../core/mail.ts';
import { normalizeLine, toLines } from '../core/normalize.ts';
import { decodeText } from './decode-text.ts';
import { findTextParts } from './text-parts.ts';
import { toVisibleText } from './visible-text.ts';

const URLS = /https?:\/\/[^\s<>"')\]]+/g;
const SUBJECT_LIMIT = 2000;
/** Characters of text that are read; codes stand near the beginning. */
const TEXT_LIMIT = 512 * 1024;

/** Octets that a whole parser is given: it takes memory by the mail's length, many times over. */
const PARSER_LIMIT = 1024 * 1024;

/** A text of a mail, decoded. */
interface Text {
  readonly isHtml: boolean;
  readonly isAlternative: boolean;
  readonly content: string;
}

/**
 * Reads what a raw mail (RFC 5322, MIME) shows. HTML is what people see; plain text stands in for it. Parts that were fetched by themselves
 * take the place of what was cut off.
 */
export async function readMail(
  source: Uint8Array,
  header: Header = readHeader(source),
  fetched: readonly EncodedText[] = [],
): Promise<ReadableMail> {
  const mail = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const texts = fetched.length > 0 ? fetched.map(toText) : (findTextParts(mail)?.map(toText) ?? (await parseWhole(mail)));
  const shown = show(texts);
  const subject = libmime.decodeWords((valuesOf(header, 'subject').at(-1) ?? '').slice(0, SUBJECT_LIMIT));
  return {
    subject: normalizeLine(subject),
    lines: toLines(shown.text)
      .filter((line) => line !== '')
      .map((line) => line.replace(URLS, ' ')),
    links: [...shown.links, ...bareLinks(shown.text)],
  };
}

const SKIP_ALL = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };

/** How the libraries read what is too unusual for us; nothing, where it is too much for them too. */
async function parseWhole(mail: Buffer): Promise<Text[]> {
  const { html, text = '' } = await simpleParser(mail.subarray(0, PARSER_LIMIT), SKIP_ALL).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'EMAXLEN') return { html: false as const, text: '' };
    throw error;
  });
  return [
    { isHtml: false, isAlternative: html !== false, content: text },
    { isHtml: true, isAlternative: true, content: html === false ? '' : html },
  ];
}

function toText(part: EncodedText & { readonly isAlternative?: boolean }): Text {
  return { isHtml: part.type === 'text/html', isAlternative: part.isAlternative ?? true, content: decodeText(part) };
}

/** What people are shown of the texts, in their order: of alternatives the HTML, unless it shows nothing. */
function show(texts: readonly Text[]): { text: string; links: readonly Link[] } {
  const pages = texts.map((text) =>
    text.isHtml ? toVisibleText(text.content.slice(0, TEXT_LIMIT)) : { text: text.content, links: [] },
  );
  const hasPage = texts.some(({ isHtml }, at) => isHtml && (pages[at]?.text.trim() ?? '') !== '');
  const seen = pages.filter((_, at) => texts[at]?.isHtml === true || !hasPage || texts[at]?.isAlternative === false);
  return { text: seen.map(({ text }) => text).join('\n'), links: seen.flatMap(({ links }) => links) };
}

/** Addresses that stand in the text itself, with the words before them, which say what they are for. */
function bareLinks(text: string): Link[] {
  return [...text.matchAll(URLS)].map(({ 0: href, index }) => ({
    href: href.replace(/[.,;:!?]+$/, ''),
    text: text
      .slice(Math.max(0, index - 200), index)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-2)
      .join(' ')
      .trim(),
  }));
}

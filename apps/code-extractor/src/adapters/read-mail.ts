import { simpleParser } from 'mailparser';

import type { Link, ReadableMail } from '../core/mail.ts';
import { normalizeLine, toLines } from '../core/normalize.ts';
import { toVisibleText } from './visible-text.ts';

const URLS = /https?:\/\/[^\s<>"')\]]+/g;

/** Reads what a raw mail (RFC 5322, MIME) shows. HTML is what people see; plain text stands in for it. */
export async function readMail(source: Uint8Array): Promise<ReadableMail> {
  const mail = await simpleParser(Buffer.from(source.buffer, source.byteOffset, source.byteLength), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
  const shown = mail.html === false ? undefined : toVisibleText(mail.html);
  const plain = mail.text ?? '';
  const lines = toLines(shown?.text ?? plain).filter((line) => line !== '');
  const links: Link[] = [...(shown?.links ?? []), ...bareLinks(shown?.text ?? plain)];
  return {
    subject: normalizeLine(mail.subject ?? ''),
    lines: lines.map((line) => line.replace(URLS, ' ')),
    links,
  };
}

/** Addresses that stand in the text itself; a full stop at the end is the sentence's. */
function bareLinks(text: string): Link[] {
  return [...text.matchAll(URLS)].map(([href]) => ({ href: href.replace(/[.,;:!?]+$/, ''), text: lineOf(text, href) }));
}

/** The words before a bare address say what it is for. */
function lineOf(text: string, href: string): string {
  const at = text.indexOf(href);
  return text
    .slice(Math.max(0, at - 200), at)
    .split('\n')
    .slice(-2)
    .join(' ')
    .trim();
}

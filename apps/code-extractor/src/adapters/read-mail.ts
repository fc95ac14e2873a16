import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';

import { type Link, RECIPIENT_HEADERS, type ReadableMail, type RecipientHeader } from '../core/mail.ts';
import { normalizeLine, toLines } from '../core/normalize.ts';
import { toVisibleText } from './visible-text.ts';

const URLS = /https?:\/\/[^\s<>"')\]]+/g;

/** Reads a raw mail (RFC 5322, MIME): who, for whom, and what is shown. HTML is what people see; plain text stands in for it. */
export async function readMail(source: Buffer): Promise<ReadableMail> {
  const mail = await simpleParser(source, {
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
    from: mail.from?.value[0]?.address?.toLowerCase() ?? null,
    subject: normalizeLine(mail.subject ?? ''),
    recipients: recipientsOf(mail),
    lines: lines.map((line) => line.replace(URLS, ' ')),
    links,
  };
}

function recipientsOf(mail: ParsedMail): ReadableMail['recipients'] {
  const found = RECIPIENT_HEADERS.map((header): [RecipientHeader, string[]] => [header, addressesOf(mail, header)]);
  return Object.fromEntries(found) as Record<RecipientHeader, string[]>;
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

function addressesOf(mail: ParsedMail, header: RecipientHeader): string[] {
  const value = mail.headers.get(header);
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.flatMap((one) => {
    if (typeof one === 'string') return one.match(/[^\s<>,;]+@[^\s<>,;]+/g)?.map((address) => address.toLowerCase()) ?? [];
    const { value: list } = one as AddressObject;
    return (list ?? [])
      .flatMap(({ address, group }) => [address, ...(group ?? []).map((member) => member.address)])
      .flatMap((address) => (address ? [address.toLowerCase()] : []));
  });
}

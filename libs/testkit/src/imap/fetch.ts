import { findPart, toBodyStructure, toEnvelope } from './mime-structure.ts';
import { mimeOf, type StoredMail } from './store.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The answer to one FETCH for one mail, as the pieces that go on the wire. */
export function fetchItems(mail: StoredMail, request: string, withUid: boolean): Buffer {
  const items = splitItems(request);
  if (withUid && !items.some((item) => item.toUpperCase() === 'UID')) items.unshift('UID');
  const pieces: Buffer[] = [];
  for (const item of items) {
    if (pieces.length > 0) pieces.push(Buffer.from(' '));
    pieces.push(toItem(mail, item));
  }
  return Buffer.concat([Buffer.from('('), ...pieces, Buffer.from(')')]);
}

function splitItems(request: string): string[] {
  const inner = request.startsWith('(') ? request.slice(1, -1) : request;
  return inner.match(/[A-Z0-9.]+(?:\[[^\]]*\](?:<[\d.]+>)?)?/gi) ?? [];
}

function toItem(mail: StoredMail, item: string): Buffer {
  const upper = item.toUpperCase();
  switch (upper) {
    case 'UID':
      return Buffer.from(`UID ${mail.uid}`);
    case 'FLAGS':
      return Buffer.from(`FLAGS (${[...mail.flags].join(' ')})`);
    case 'INTERNALDATE':
      return Buffer.from(`INTERNALDATE "${toInternalDate(mail.internalDate)}"`);
    case 'RFC822.SIZE':
      return Buffer.from(`RFC822.SIZE ${mail.raw.length}`);
    case 'ENVELOPE':
      return Buffer.from(`ENVELOPE ${toEnvelope(mimeOf(mail))}`, 'latin1');
    case 'BODYSTRUCTURE':
      return Buffer.from(`BODYSTRUCTURE ${toBodyStructure(mimeOf(mail))}`, 'latin1');
  }
  const [, section = '', from, length] = /^BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?$/i.exec(item) ?? [];
  const whole = sectionOf(mail, section.toUpperCase());
  const bytes = from === undefined ? whole : whole.subarray(Number(from), Number(from) + Number(length));
  return Buffer.concat([Buffer.from(`BODY[${section}]${from === undefined ? '' : `<${from}>`} {${bytes.length}}\r\n`), bytes]);
}

function sectionOf(mail: StoredMail, section: string): Buffer {
  if (section === '') return mail.raw;
  const mime = mimeOf(mail);
  if (section === 'TEXT') return mime.body;
  if (section.startsWith('HEADER')) return mime.header;
  const [, number = '1', what] = /^([\d.]+?)(?:\.(MIME|HEADER|TEXT))?$/.exec(section) ?? [];
  const part = findPart(mime, number);
  if (part === undefined) return Buffer.alloc(0);
  return what === 'MIME' || what === 'HEADER' ? part.header : part.body;
}

function toInternalDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

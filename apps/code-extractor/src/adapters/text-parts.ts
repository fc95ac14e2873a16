import { extname } from 'node:path';

import libmime from 'libmime';

import { type Header, readHeader, valuesOf } from '../core/header.ts';
import type { EncodedText } from '../core/mail.ts';
import { type Entity, enclose, nextDelimiter, readHead } from './mime-delimiters.ts';

/** A part of a mail that is there to be read. */
export interface TextPart extends EncodedText {
  /** As IMAP numbers it (RFC 9051 section 6.4.5.1). */
  readonly number: string;
  /** One of several forms of the same: people are shown only one of them. */
  readonly isAlternative: boolean;
}

/** Beyond these a mail is made to be slow, not to be read. */
const MOST_PARTS = 1000;
const DEEPEST = 100;

const READ_TYPES = new Set(['text/plain', 'text/html', 'message/delivery-status']);
const PLAIN_BYTES = new Set(['', '7bit', '8bit', 'binary']);

/**
 * Finds the text parts of a raw mail, from one delimiter line to the next, without a look at what they or the attachments hold. Undefined
 * for a mail that shows another within it, which takes a whole parser.
 */
export function findTextParts(mail: Buffer): TextPart[] | undefined {
  const parts: TextPart[] = [];
  let entity = enclose(undefined);
  let at = 0;
  for (let count = 0; count < MOST_PARTS; count++) {
    const head = readHead(mail, at, entity);
    let delimiter = head.delimiter;
    if (delimiter === undefined) {
      const described = describe(entity, readHeader(mail.subarray(at, head.end)));
      if (described === 'another mail') return undefined;
      delimiter = nextDelimiter(mail, head.after, entity);
      if (described !== undefined) {
        const content = mail.subarray(head.after, delimiter?.from ?? mail.length);
        parts.push({ ...described, number: entity.number || '1', isAlternative: entity.isAlternative, content });
      }
    }
    while (delimiter?.closes === true) {
      entity = delimiter.of;
      entity.boundary = undefined;
      delimiter = nextDelimiter(mail, delimiter.after, entity);
    }
    if (delimiter === undefined || delimiter.of.depth >= DEEPEST) break;
    entity = enclose(delimiter.of);
    at = delimiter.after;
  }
  return parts;
}

type Form = Omit<EncodedText, 'content'>;

/** What an entity's header says of it: its form, if it is text to be read; its boundary is kept if it has parts. */
function describe(entity: Entity, header: Header): Form | 'another mail' | undefined {
  const disposition = libmime.parseHeaderValue(first(header, 'content-disposition'));
  const shown = (disposition.value || 'inline').toLowerCase();
  const { value, params } = libmime.parseHeaderValue(
    first(header, 'content-type') || usualType(shown, disposition.params.filename),
  );
  const type = (value || '').toLowerCase().trim();
  if (type.startsWith('multipart/')) {
    entity.boundary = params.boundary ? Buffer.from(params.boundary) : undefined;
    entity.holdsAlternatives = type === 'multipart/alternative';
    return undefined;
  }
  const encoding = first(header, 'content-transfer-encoding')
    .replace(/\([^()]*\)/g, '')
    .toLowerCase()
    .trim();
  if (type === 'message/rfc822') return disposition.value === 'inline' && PLAIN_BYTES.has(encoding) ? 'another mail' : undefined;
  if (shown !== 'inline' || !READ_TYPES.has(type)) return undefined;
  const isFlowed = params.format?.toLowerCase().trim() === 'flowed';
  return {
    type,
    encoding,
    charset: params.charset || undefined,
    flowed: isFlowed ? { deletesSpace: params.delsp?.toLowerCase().trim() === 'yes' } : undefined,
  };
}

/** Text, where nothing is said (RFC 2045 section 5.2), unless a file's name or being attached says otherwise. */
function usualType(shown: string, filename: string | undefined): string {
  const extension = extname(filename ?? '').slice(1);
  if (extension !== '') return libmime.detectMimeType(extension);
  return shown === 'attachment' ? 'application/octet-stream' : 'text/plain';
}

function first(header: Header, name: string): string {
  return valuesOf(header, name)[0] ?? '';
}

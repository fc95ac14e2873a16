import encodingJapanese, { type Encoding } from 'encoding-japanese';
import iconv from 'iconv-lite';
import libbase64 from 'libbase64';
import libmime from 'libmime';

import type { EncodedText } from '../core/mail.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';

/** Octets of one part that are read, encoded as they are. */
const CONTENT_LIMIT = 512 * 1024;
const AS_IT_IS = /^(?:us-?)?ascii$|^utf-?8$/i;
/** Shifted by escapes, which iconv-lite does not know. */
const SHIFTED_JAPANESE = /^jis|^iso-?2022-?jp/i;

/** The text of a part: transfer encoding (RFC 2045 section 6), flowed lines (RFC 3676) and charset undone. Never fails. */
export function decodeText({ content, encoding, flowed, charset }: EncodedText): string {
  const begin = Buffer.from(content.buffer, content.byteOffset, Math.min(content.byteLength, CONTENT_LIMIT));
  const octets = decodeTransfer(begin, encoding);
  const unfolded =
    flowed === undefined ? octets : Buffer.from(libmime.decodeFlowed(octets.toString('latin1'), flowed.deletesSpace), 'latin1');
  return toText(unfolded, charset).replaceAll('\r\n', '\n');
}

function decodeTransfer(content: Buffer, encoding: string): Buffer {
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(content);
  return encoding === 'base64' ? decodeBase64(content.toString('latin1')) : content;
}

const WHOLE_BASE64 = /^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/;

/** What is no base64 is passed over (RFC 2045 section 6.8), and what ends may go on: some put two encoded texts together. */
function decodeBase64(text: string): Buffer {
  return WHOLE_BASE64.test(text) ? Buffer.from(text, 'base64') : libbase64.decode(text.replace(/[^A-Za-z0-9+/=]+/g, ''));
}

function toText(octets: Buffer, charset = 'utf-8'): string {
  if (AS_IT_IS.test(charset)) return octets.toString();
  const name = libmime.normalizeCharset(charset);
  if (SHIFTED_JAPANESE.test(name)) {
    return encodingJapanese.convert(octets, { to: 'UNICODE', from: name as Encoding, type: 'string' });
  }
  return iconv.encodingExists(name) ? iconv.decode(octets, name) : octets.toString();
}

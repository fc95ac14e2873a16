import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Crockford's base32 in lower case, like ids: nothing in it is taken for another when read aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LOOKUP_CHARS = 10;
/** 260 random bits. */
const SECRET_CHARS = 52;
/** 35 bits for a CRC-32. */
const CHECKSUM_CHARS = 7;
const PREFIX = 'ott_';
const FORM = new RegExp(`^${PREFIX}[${ALPHABET}]{${LOOKUP_CHARS + SECRET_CHARS + CHECKSUM_CHARS}}$`);

export interface ReadKey {
  /** The public part, by which it is found; its length is what lists show of a key. */
  readonly lookup: string;
}

/** `ott_`, a public part, the secret and a checksum in one word. */
export function makeApiKey(): string {
  const body = PREFIX + [...randomBytes(LOOKUP_CHARS + SECRET_CHARS)].map((byte) => ALPHABET.charAt(byte & 31)).join('');
  return body + checksumOf(body);
}

/** What a key says of itself, before anybody is asked; a slip of the pen shows in the checksum. */
export function readApiKey(key: string): ReadKey | 'foreign' | 'mistyped' {
  if (!key.startsWith(PREFIX)) return 'foreign';
  const body = key.slice(0, -CHECKSUM_CHARS);
  if (!FORM.test(key) || checksumOf(body) !== key.slice(-CHECKSUM_CHARS)) return 'mistyped';
  return { lookup: prefixOf(key) };
}

function prefixOf(key: string): string {
  return key.slice(0, PREFIX.length + LOOKUP_CHARS);
}

function checksumOf(body: string): string {
  let text = '';
  for (let rest = crc32(body), left = CHECKSUM_CHARS; left > 0; left--, rest = Math.floor(rest / 32)) {
    text = ALPHABET.charAt(rest % 32) + text;
  }
  return text;
}

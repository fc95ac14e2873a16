/** RFC 4648 section 6 in lower case: letters and digits only, so no input can widen a NATS subject. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * A NATS subject token for any text: the lower-cased value in lower-case base32 without padding (CONTRACT section 6).
 * The empty text gives `_`, since a subject has no empty token.
 */
export function toSubjectToken(text: string): string {
  let token = '';
  let bits = 0;
  let value = 0;
  for (const byte of new TextEncoder().encode(text.toLowerCase())) {
    value = (value << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) token += ALPHABET.charAt((value >>> (bits - 5)) & 31);
    value &= (1 << bits) - 1;
  }
  if (bits > 0) token += ALPHABET.charAt((value << (5 - bits)) & 31);
  return token || '_';
}

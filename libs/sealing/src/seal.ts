import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { Failure } from '@otterpost/contracts/failure';

import type { KeyRing } from './key-ring.ts';

/** A sealed value: format, length of the key's id, the id, nonce, tag, ciphertext. */
const FORMAT = 1;
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D section 8.2.2: 96 random bits; a key must be changed before 2^32 values. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a secret under the ring's current key. `aad` says where the value belongs and is needed to open it: a value that is
 * copied to another place does not open there.
 */
export function seal(ring: KeyRing, plaintext: Uint8Array | string, aad: string): Buffer {
  const { key } = ring.current;
  const head = headOfCurrent(ring);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([head, Buffer.from(aad)]));
  const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  const rest = cipher.final();
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body, rest]);
}

/**
 * Opens a sealed value.
 *
 * @throws Failure `unsealing_failed` on anything that was not sealed in this format, under a key of the ring, for this place.
 */
export function open(ring: KeyRing, sealed: Uint8Array, aad: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const idLength = bytes[1] ?? 0;
  const headLength = 2 + idLength;
  if (bytes[0] !== FORMAT || bytes.length < headLength + NONCE_BYTES + TAG_BYTES) {
    throw new Failure('unsealing_failed', { context: { aad, why: 'not a sealed value' } });
  }
  const id = bytes.toString('latin1', 2, headLength);
  const master = ring.get(id);
  if (master === undefined)
    throw new Failure('unsealing_failed', { context: { aad, why: 'its key is not in the ring', keyId: id } });
  const tagAt = headLength + NONCE_BYTES;
  const bodyAt = tagAt + TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, master.key, bytes.subarray(headLength, tagAt), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([bytes.subarray(0, headLength), Buffer.from(aad)]));
  decipher.setAuthTag(bytes.subarray(tagAt, bodyAt));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(bodyAt)), decipher.final()]);
  } catch (cause) {
    throw new Failure('unsealing_failed', { cause, context: { aad, why: 'it was changed, or belongs elsewhere' } });
  }
}

/** How every value begins that the ring's current key has sealed: what begins otherwise awaits re-sealing. */
export function headOfCurrent({ current: { id } }: KeyRing): Buffer {
  return Buffer.concat([Buffer.from([FORMAT, id.length]), Buffer.from(id, 'latin1')]);
}

/** The id of the key that sealed a value; undefined when it is not a sealed value. */
export function keyIdOf(sealed: Uint8Array): string | undefined {
  const idLength = sealed[1] ?? 0;
  if (sealed[0] !== FORMAT || sealed.length < 2 + idLength + NONCE_BYTES + TAG_BYTES) return undefined;
  return Buffer.from(sealed.subarray(2, 2 + idLength)).toString('latin1');
}

/** Where a column's value belongs. */
export function columnAad(table: string, rowId: string, column: string): string {
  return `${table}/${rowId}/${column}`;
}

/** Seals what travels in a stream, the subject being where it belongs. */
export function payloadSealer(ring: KeyRing): {
  seal(payload: Uint8Array, subject: string): Uint8Array;
  open(sealed: Uint8Array, subject: string): Uint8Array;
} {
  return {
    seal: (payload, subject) => seal(ring, payload, `bus/${subject}`),
    open: (sealed, subject) => open(ring, sealed, `bus/${subject}`),
  };
}

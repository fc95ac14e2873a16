import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import fc from 'fast-check';

import { KeyRingError, parseKeyRing } from './key-ring.ts';
import { columnAad, keyIdOf, open, seal } from './seal.ts';

const KEY_A = `a:${randomBytes(32).toString('base64')}`;
const KEY_B = `b:${randomBytes(32).toString('base64')}`;
const ring = parseKeyRing(`${KEY_B},${KEY_A}`);
const PLACE = columnAad('mailboxes', 'mbx_1', 'credential');

function failureOf(attempt: () => unknown): Failure | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  return undefined;
}

describe('a sealed value', () => {
  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.string(), (secret, place) => {
        expect(new Uint8Array(open(ring, seal(ring, secret, place), place))).toEqual(secret);
      }),
    );
  });

  it('never looks the same twice, and shows nothing of the secret', () => {
    const [first, second] = [seal(ring, 'app password', PLACE), seal(ring, 'app password', PLACE)];
    expect(first.equals(second)).toBe(false);
    expect(first.includes('app password')).toBe(false);
  });

  it('does not open in another table, row or column', () => {
    const sealed = seal(ring, 'secret', PLACE);
    for (const place of ['accounts/mbx_1/credential', 'mailboxes/mbx_2/credential', 'mailboxes/mbx_1/smtp', '']) {
      expect(failureOf(() => open(ring, sealed, place))?.code).toBe('unsealing_failed');
    }
  });

  it('does not open when any bit of it was changed or any end of it is missing', () => {
    const sealed = seal(ring, 'secret', PLACE);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(failureOf(() => open(ring, changed, PLACE))?.code).toBe('unsealing_failed');
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(failureOf(() => open(ring, sealed.subarray(0, length), PLACE))?.code).toBe('unsealing_failed');
    }
  });

  it('is refused when it was never sealed', () => {
    expect(failureOf(() => open(ring, Buffer.from('app password in clear, long enough to pass'), PLACE))?.code).toBe(
      'unsealing_failed',
    );
  });

  it('names its key, opens under an older key of the ring, and not without it', () => {
    const old = seal(parseKeyRing(KEY_A), 'secret', PLACE);
    expect(keyIdOf(old)).toBe('a');
    expect(open(ring, old, PLACE).toString()).toBe('secret');
    expect(failureOf(() => open(parseKeyRing(KEY_B), old, PLACE))?.context).toMatchObject({ keyId: 'a' });
  });
});

describe('parseKeyRing', () => {
  it('takes the first key to seal with', () => {
    expect(ring.current.id).toBe('b');
  });

  it('names every fault and says no key', () => {
    const short = randomBytes(16).toString('base64');
    try {
      parseKeyRing(`x:${short},${KEY_A},a:${short},nocolon,b d:${short}`);
      throw new Error('nothing was refused');
    } catch (error) {
      if (!(error instanceof KeyRingError)) throw error;
      expect(error.faults).toHaveLength(4);
      expect(error.message).not.toContain(short);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import { defineEvent } from '@otterpost/contracts/message';
import * as z from 'zod';

import { decodeEvent, encodeEvent } from './event-codec.ts';
import type { PayloadSealer } from './sealer.ts';

const sent = defineEvent('parcel.sent', 'PARCELS', z.object({ number: z.int(), fragile: z.boolean().default(false) }));
const lost = defineEvent('parcel.lost', 'PARCELS', z.object({ number: z.int() }));

/** Open to the eye, bound to its subject. */
const labels: PayloadSealer = {
  seal: (payload, subject) => Buffer.from(JSON.stringify({ subject, text: Buffer.from(payload).toString() })),
  open(sealed, subject) {
    const label = JSON.parse(Buffer.from(sealed).toString()) as { subject: string; text: string };
    if (label.subject !== subject) throw new Failure('unsealing_failed');
    return Buffer.from(label.text);
  },
};
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
  return 'none';
};

describe('an event on the bus', () => {
  it('is read as it was written, with the defaults of its contract', () => {
    expect(decodeEvent(sent, encodeEvent(sent, { number: 4 }, labels), labels)).toEqual({ number: 4, fragile: false });
  });

  it('that does not fit its contract is neither written nor read', () => {
    expect(codeOf(() => encodeEvent(sent, { number: 0.5 }, labels))).toBe('invalid_message');
    expect(codeOf(() => decodeEvent(sent, labels.seal(Buffer.from('{"number":"x"}'), 'parcel.sent'), labels))).toBe(
      'invalid_message',
    );
    expect(codeOf(() => decodeEvent(sent, labels.seal(Buffer.from('{'), 'parcel.sent'), labels))).toBe('invalid_message');
  });

  it('cannot be passed off as another', () => {
    expect(codeOf(() => decodeEvent(lost, encodeEvent(sent, { number: 4 }, labels), labels))).toBe('unsealing_failed');
  });
});

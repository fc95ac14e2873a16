import { Failure } from '@otterpost/contracts/failure';
import type { EventContract, EventOf } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';
import type * as z from 'zod';

import type { PayloadSealer } from './sealer.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** JSON by the contract, sealed for the contract's subject. @throws Failure `invalid_message` */
export function encodeEvent<C extends EventContract>(
  contract: C,
  payload: z.input<C['payload']>,
  sealer: PayloadSealer,
): Uint8Array {
  const checked = parseOrFail(contract.payload, payload, 'invalid_message');
  return sealer.seal(encoder.encode(JSON.stringify(checked)), contract.subject);
}

/** @throws Failure `unsealing_failed` or `invalid_message`: no later attempt can read it either. */
export function decodeEvent<C extends EventContract>(contract: C, sealed: Uint8Array, sealer: PayloadSealer): EventOf<C> {
  const json = decoder.decode(sealer.open(sealed, contract.subject));
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Failure('invalid_message', { detail: 'The payload is not JSON', cause });
  }
  return parseOrFail(contract.payload, value, 'invalid_message') as EventOf<C>;
}

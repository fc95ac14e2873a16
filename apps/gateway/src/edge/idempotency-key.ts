import { Failure } from '@otterpost/contracts/failure';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The caller's own name for a request, the same on every transport. @throws Failure `invalid_request` */
export function readIdempotencyKey(given: string | undefined): string | undefined {
  if (given === undefined || IDEMPOTENCY_KEY.test(given)) return given;
  throw new Failure('invalid_request', {
    errors: [{ path: 'Idempotency-Key', message: 'takes 1 to 255 visible ASCII characters' }],
  });
}

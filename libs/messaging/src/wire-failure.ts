import { Failure } from '@otterpost/contracts/failure';
import { isFailureCode } from '@otterpost/contracts/failures';
import * as z from 'zod';

/** How a failure travels between services. */
const WireFailure = z.object({
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  retryAfterSeconds: z.number().optional(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});
type WireFailure = z.infer<typeof WireFailure>;

export function toWireFailure({ code, detail, errors, retryAfterSeconds, context }: Failure): WireFailure {
  return {
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors: errors.map((fault) => ({ ...fault })) }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(context === undefined ? {} : { context: { ...context } }),
  };
}

/** The failure that was carried; a code that this version does not know yet becomes `internal`. */
export function fromWireFailure(value: unknown): Failure {
  const parsed = WireFailure.safeParse(value);
  if (!parsed.success)
    return new Failure('internal', { detail: 'The answering service failed without saying how', cause: value });
  const { code, detail, errors, retryAfterSeconds, context } = parsed.data;
  return new Failure(isFailureCode(code) ? code : 'internal', {
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(context === undefined ? {} : { context }),
  });
}

import type * as z from 'zod';

import { Failure, type FieldFault } from './failure.ts';

/** The part of a zod issue that names a field; what any Standard Schema gives besides has only `message` and `path`. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
  readonly keys?: readonly string[] | undefined;
}

/** Each fault by the path of its field; an unknown field is named itself, not the object that holds it. */
export function toFieldFaults(issues: readonly Issue[]): FieldFault[] {
  return issues.flatMap((issue) => {
    const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({ path: [...path, key].join('.'), message: 'This field is not known' }));
    }
    return [{ path: path.join('.'), message: issue.message }];
  });
}

/** The value as its schema describes it, or a failure that names every field at fault. */
export function parseOrFail<T extends z.ZodType>(
  schema: T,
  value: unknown,
  code: 'invalid_request' | 'invalid_message' = 'invalid_request',
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw toInvalid(result.error.issues, code);
}

export function toInvalid(issues: readonly Issue[], code: 'invalid_request' | 'invalid_message' = 'invalid_request'): Failure {
  const errors = toFieldFaults(issues);
  const named = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new Failure(code, { detail: named.slice(0, 5).join('; '), errors });
}

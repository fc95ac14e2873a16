import * as z from 'zod';

import type { Failure } from './failure.ts';

/** The answer to every request that fails (RFC 9457 section 3), as `application/problem+json`. */
export const Problem = z.object({
  type: z.string().meta({ description: 'A URI reference that names the kind of problem', example: '/docs#ticket_ended' }),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().optional(),
  instance: z.string().optional().meta({ description: 'The path of the request' }),
  code: z.string().meta({ description: 'Stable, for programs', example: 'ticket_ended' }),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'Each field that is wrong' }),
});
export type Problem = z.infer<typeof Problem>;

/** Says a failure to the caller. Causes and context stay inside. */
export function toProblem(failure: Failure, instance?: string): Problem {
  const { status, title } = failure.rule;
  return {
    type: `/docs#${failure.code}`,
    title,
    status,
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    ...(instance === undefined ? {} : { instance }),
    code: failure.code,
    ...(failure.errors === undefined ? {} : { errors: failure.errors.map((fault) => ({ ...fault })) }),
  };
}

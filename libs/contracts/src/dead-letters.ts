import * as z from 'zod';

import { PageQuery, pageOf, Timestamp } from './page.ts';

/** Its number among the dead letters. */
export const DeadLetterSequence = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** An event that no consumer could take, kept aside with the reason; never what it holds, which stays sealed. */
export const DeadLetter = z.object({
  sequence: z.int(),
  event: z.string(),
  stream: z.string(),
  /** Of a mail, the id of that mail. */
  messageId: z.string(),
  /** The durable consumer that gave it up. */
  consumer: z.string(),
  failure: z.string(),
  detail: z.string(),
  deliveries: z.int(),
  buriedAt: Timestamp,
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export const DeadLetterQuery = PageQuery.extend({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>;
export const DeadLetterPage = pageOf(DeadLetter);

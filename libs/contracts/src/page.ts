import * as z from 'zod';

/** `?limit=&cursor=` of every list. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z
    .string()
    .max(500)
    .regex(/^[\w~.-]*$/, 'must be the nextCursor of a page')
    .optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** `{items, nextCursor}`: `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A time that a caller gives, by any clock's offset; what no calendar of ours has is refused. In UTC from then on. */
export const GivenTime = z.iso
  .datetime({ offset: true })
  .refine((text) => /^(?:19[7-9]|2\d)/.test(text) && !Number.isNaN(Date.parse(text)), {
    message: 'must be a time of the years 1970 to 2999',
  })
  .transform((text) => new Date(text).toISOString());

/** ISO 8601 in UTC with milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 });

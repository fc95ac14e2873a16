import * as z from 'zod';

/** RFC 9110 section 13.1: `match` what the session must be for this to be done, `noneMatch` what it must not be; `*` is any. */
export const SessionCondition = z.object({
  match: z.union([z.literal('*'), z.array(z.string())]).optional(),
  noneMatch: z.union([z.literal('*'), z.array(z.string())]).optional(),
});
export type SessionCondition = z.infer<typeof SessionCondition>;

/** RFC 6265bis section 4.1: a cookie as Playwright writes it; `expires` in seconds, -1 for as long as the browser is open. */
const Cookie = z.looseObject({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  path: z.string(),
  expires: z.number(),
  httpOnly: z.boolean(),
  secure: z.boolean(),
  sameSite: z.enum(['Strict', 'Lax', 'None']).optional(),
});

/** What Playwright's `context.storageState()` gives. What newer versions add is kept as it is. */
export const StorageState = z.looseObject({
  cookies: z.array(Cookie),
  origins: z.array(
    z.looseObject({
      origin: z.string(),
      localStorage: z.array(z.looseObject({ name: z.string(), value: z.string() })),
    }),
  ),
});
export type StorageState = z.infer<typeof StorageState>;

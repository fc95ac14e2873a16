import * as z from 'zod';

import { Scope } from './caller.ts';
import { AccountGroupId, KeyId } from './ids.ts';
import { GivenTime, Timestamp } from './page.ts';
import { SiteSlug } from './sites.ts';

/** The body of `POST /v1/keys`. What is left open is unlimited: all sites, all groups, no end. */
export const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scope: Scope,
  sites: z.array(SiteSlug).min(1).max(100).optional(),
  groupIds: z.array(AccountGroupId).min(1).max(100).optional(),
  expiresAt: GivenTime.optional(),
});
export type NewKey = z.infer<typeof NewKey>;

/** An API key as it is listed: never the key itself. */
export const ApiKey = z.object({
  id: KeyId,
  name: z.string(),
  scope: Scope,
  sites: z.array(SiteSlug).nullable(),
  groupIds: z.array(AccountGroupId).nullable(),
  /** How the key begins, to tell it from others. */
  prefix: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  /** To within some seconds; null when it was never used. */
  lastUsedAt: Timestamp.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** The only answer that holds a key; null where the request is a repeated one, for a key is shown once. */
export const CreatedKey = ApiKey.extend({ key: z.string().nullable() });
export type CreatedKey = z.infer<typeof CreatedKey>;

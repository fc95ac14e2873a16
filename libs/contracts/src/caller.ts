import * as z from 'zod';

import { AccountGroupId, KeyId } from './ids.ts';

export const Scope = z.enum(['worker', 'operator', 'admin']);
export type Scope = z.infer<typeof Scope>;

/**
 * Who asks, by the API key that was shown. It travels with every request to another service that depends on what a key
 * may see; the service that owns the data enforces the limits, and what they hide is answered as `not_found`.
 */
export const Caller = z.object({
  keyId: KeyId,
  name: z.string(),
  scope: Scope,
  /** The sites that the key is limited to; null for all. */
  sites: z.array(z.string()).nullable(),
  /** The account groups that the key is limited to; null for all. */
  groupIds: z.array(AccountGroupId).nullable(),
  /** Where the request came from, as the gateway saw it; null where that is not known (NATS). */
  address: z.string().nullable(),
});
export type Caller = z.infer<typeof Caller>;

export function maySeeSite({ sites }: Pick<Caller, 'sites'>, site: string): boolean {
  return sites === null || sites.includes(site);
}

export function maySeeGroup(
  caller: Pick<Caller, 'sites' | 'groupIds'>,
  { id, site }: { id: AccountGroupId; site: string },
): boolean {
  return maySeeSite(caller, site) && (caller.groupIds === null || caller.groupIds.includes(id));
}

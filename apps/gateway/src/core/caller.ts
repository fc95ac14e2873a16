import type { Caller } from '@otterpost/contracts/caller';

export const DOORKEEPER = Symbol('Doorkeeper');

export interface Doorkeeper {
  /** @throws Failure `unauthenticated` for a missing, malformed, unknown or revoked key. */
  identify(authorization: string | undefined, address: string | null): Promise<Caller>;
}

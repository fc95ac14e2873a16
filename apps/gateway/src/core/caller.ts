export const DOORKEEPER = Symbol('Doorkeeper');

/** Who asks, by the API key that was shown. */
export interface Caller {
  readonly keyId: string;
  readonly scope: 'worker' | 'operator' | 'admin';
}

export interface Doorkeeper {
  /** @throws Failure `unauthenticated` for a missing, malformed, unknown or revoked key. */
  identify(authorization: string | undefined): Promise<Caller>;
}

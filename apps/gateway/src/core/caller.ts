import type { Caller } from '@otterpost/contracts/caller';
import type { Failure } from '@otterpost/contracts/failure';

export const DOORKEEPER = Symbol('Doorkeeper');

export interface Doorkeeper {
  /** @throws Failure `unauthenticated` for a missing, malformed, unknown or revoked key. */
  identify(authorization: string | undefined, address: string | null): Promise<Caller>;
  /** Hears, once, that the caller's key is good no longer. Gives the way to stop listening. */
  whenEnded({ keyId }: Pick<Caller, 'keyId'>, listener: (why: Failure) => void): () => void;
}

/** Works for a caller that may hang up, and whose key may be revoked meanwhile: then the signal's reason is the failure to answer with. */
export async function holdFor<T>(
  doorkeeper: Doorkeeper,
  caller: Caller,
  work: (signal: AbortSignal) => Promise<T>,
  gone?: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const stop = doorkeeper.whenEnded(caller, (why) => over.abort(why));
  const leave = (): void => over.abort();
  if (gone?.aborted === true) leave();
  gone?.addEventListener('abort', leave, { once: true });
  try {
    return await work(over.signal);
  } finally {
    stop();
    gone?.removeEventListener('abort', leave);
  }
}

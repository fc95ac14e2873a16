import type { ImapFlow } from 'imapflow';

import { SessionEnded } from '../core/folder-session.ts';

/** The answer, unless nobody waits for it any more. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The answer, or the end of the connection: a command without an answer leaves the connection in no known state. */
export async function within<T>(ms: number, client: ImapFlow, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SessionEnded('unreachable', `The mail server did not answer within ${ms / 1000} s`));
      client.close();
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

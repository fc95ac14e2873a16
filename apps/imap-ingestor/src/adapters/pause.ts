import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; an aborted signal ends the wait early, which is no failure. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

/**
 * What `check` gives once it neither throws nor gives undefined. Looks again with growing pauses; after the deadline throws what
 * `check` threw last.
 */
export async function eventually<T>(
  check: () => T | undefined | Promise<T | undefined>,
  { timeoutMs = 10_000 } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown = new Error('the check gave nothing');
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const found = await check();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`not so within ${timeoutMs} ms`, { cause: last });
    await sleep(pause);
  }
}

import type { Logger } from './logger.ts';

/** Does `work` again and again until `clearInterval`. One run at a time; a failing one is logged and the next tries again. */
export function every(ms: number, failing: string, logger: Logger, work: () => Promise<void>): NodeJS.Timeout {
  let running = false;
  return setInterval(() => {
    if (running) return;
    running = true;
    work()
      .catch((error: unknown) => logger.warn({ err: error }, failing))
      .finally(() => {
        running = false;
      });
  }, ms);
}

/** One Ctrl-C can arrive more than once: from the terminal, from npm, and from the launcher that passes it on. */
const SAME_PRESS_MS = 500;

/**
 * Calls `end` at the first Ctrl-C, SIGTERM or SIGHUP, or when the launcher was killed, then exits with `code`. A second Ctrl-C exits at
 * once; servers are then ended by the guard.
 */
export function endOnSignal(end: () => Promise<void>, code: number): void {
  let pressedAt: number | undefined;
  const hear = (): void => {
    if (pressedAt !== undefined) {
      if (performance.now() - pressedAt > SAME_PRESS_MS) process.exit(130);
      return;
    }
    pressedAt = performance.now();
    end().then(
      () => process.exit(code),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  if (process.connected) process.once('disconnect', hear);
}

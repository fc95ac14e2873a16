import { OtterpostError } from './otterpost-error.ts';

/** Waits that long, or until the signal is given; then throws the signal's reason. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The end of one piece of work: by the caller's own signal, or by time. */
export interface Deadline {
  readonly signal: AbortSignal;
  leftMs(): number;
  /** Lets go of the timer. */
  end(): void;
}

/** @param what named in the error when the time is over: "No code for nike came" */
export function startDeadline(timeoutMs: number, signal: AbortSignal | undefined, what: string): Deadline {
  const controller = new AbortController();
  const endsAt = performance.now() + timeoutMs;
  const timer = setTimeout(
    () => controller.abort(new OtterpostError('timeout', `${what} within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const onAbort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    leftMs: () => Math.max(0, endsAt - performance.now()),
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

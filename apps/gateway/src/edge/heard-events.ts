import { HELLO, type StreamEvent } from './event-stream.ts';

/** An onlooker who falls behind by more is told less, never slows the rest. */
const MOST_UNSENT = 1000;

/** What is heard from now on until the signal, as the events of a stream that is opened at once. */
export async function* heardEvents(
  listen: (tell: (event: StreamEvent) => void) => () => void,
  until: AbortSignal,
): AsyncGenerator<StreamEvent | typeof HELLO> {
  const unsent: StreamEvent[] = [];
  let wake: () => void = () => undefined;
  const leave = listen((event) => {
    if (unsent.length < MOST_UNSENT) unsent.push(event);
    wake();
  });
  until.addEventListener('abort', () => wake(), { once: true });
  try {
    yield HELLO;
    while (!until.aborted) {
      yield* unsent.splice(0);
      if (unsent.length === 0 && !until.aborted) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    leave();
  }
}

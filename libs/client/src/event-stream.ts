import { pause } from './deadline.ts';
import type { GatewayConnection, GatewayRequest } from './gateway-connection.ts';

/** The gateway sends a comment every 15 s; two of them missing means that nobody is there. */
const SILENCE_MS = 35_000;
const RECONNECT_MS = 500;
/** The longest that a timer takes. */
export const FOREVER_MS = 2 ** 31 - 1;

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * The events of an SSE address (WHATWG HTML, 9.2), over as many connections as it takes: after each break it goes on behind
 * the last event seen. Ends when the gateway ends the stream after `isLast`, or when the signal is given.
 */
export async function* followEvents(
  connection: GatewayConnection,
  request: Pick<GatewayRequest, 'path' | 'query'>,
  { signal, isLast = () => false }: { signal?: AbortSignal | undefined; isLast?: (event: ServerEvent) => boolean },
): AsyncGenerator<ServerEvent, void, undefined> {
  const stop = signal ?? new AbortController().signal;
  let lastId: string | undefined;
  while (!stop.aborted) {
    // As long as it takes: a stream is there to wait.
    const once = { ...request, signal: stop, timeout: FOREVER_MS, lastId };
    for await (const { id, ...event } of eventsOnce(connection, once)) {
      lastId = id ?? lastId;
      yield event;
      if (isLast(event)) return;
    }
    if (!stop.aborted) await pause(RECONNECT_MS, stop).catch(() => undefined);
  }
}

/** The events of one connection. @throws OtterpostError when there is none to be had */
export async function* eventsOnce(
  connection: GatewayConnection,
  {
    lastId,
    signal,
    ...request
  }: Pick<GatewayRequest, 'path' | 'query' | 'timeout'> & { signal: AbortSignal; lastId?: string | undefined },
): AsyncGenerator<ServerEvent & { id: string | undefined }, void, undefined> {
  const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
  yield* readEvents(await connection.send({ ...request, method: 'GET', signal, headers }), signal);
}

/** Ends when the connection ends, breaks, or is silent for too long. */
async function* readEvents(response: Response, stop: AbortSignal): AsyncGenerator<ServerEvent & { id: string | undefined }> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  stop.addEventListener('abort', cancel, { once: true });
  let text = '';
  try {
    for (;;) {
      const silence = setTimeout(cancel, SILENCE_MS);
      const chunk = await reader.read().finally(() => clearTimeout(silence));
      if (chunk.done) return;
      text += decoder.decode(chunk.value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event !== undefined) yield event;
      }
    }
  } catch {
    // A broken connection; the caller makes another.
  } finally {
    stop.removeEventListener('abort', cancel);
    cancel();
  }
}

function parseEvent(block: string): (ServerEvent & { id: string | undefined }) | undefined {
  let event = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? undefined : { event, data: data.join('\n'), id };
}

import type { OutgoingHttpHeaders } from 'node:http';

import type { FastifyReply } from 'fastify';

/** A comment that tells proxies and clients that somebody is still there. */
const HEARTBEAT_MS = 15_000;
/** A reader that lets this much pile up is cut off: it can come back behind what it has seen. */
const SLOWEST_READER_BYTES = 256 * 1024;

export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Opens the stream before there is an event. */
export const HELLO = Symbol('hello');

/**
 * Answers with server-sent events (WHATWG HTML, 9.2) until they end, fail or the reader has gone. The first is awaited before
 * anything is sent, so that a failure there is still a problem answer. Ids grow with the clock, also from one gateway to the next.
 */
export async function sendEvents(
  reply: FastifyReply,
  events: AsyncIterator<StreamEvent | typeof HELLO>,
  startAfter = 0,
): Promise<void> {
  const first = await events.next();
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
    'x-accel-buffering': 'no',
  });
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
  let id = startAfter;
  try {
    for (let next = first; next.done !== true && !raw.destroyed; next = await events.next()) {
      if (next.value === HELLO) {
        raw.write(': hello\n\n');
        continue;
      }
      id = Math.max(id + 1, Date.now());
      raw.write(`event: ${next.value.event}\nid: ${id}\ndata: ${JSON.stringify(next.value.data)}\n\n`);
      if (raw.writableLength > SLOWEST_READER_BYTES) raw.destroy();
    }
  } catch {
    // The end of the stream without a final event sends the reader to another gateway, behind the last id.
  } finally {
    clearInterval(heartbeat);
    raw.end();
    await events.return?.();
  }
}

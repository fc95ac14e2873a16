import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply } from 'fastify';

const FILE = 'application/x-otterpost-file';

/**
 * Answers with a file, part by part as it is asked for. The first is awaited before anything is sent, so that a failure there is a
 * problem answer; a later one cuts the connection, so that nobody takes a part for the whole.
 */
export async function sendFile(
  reply: FastifyReply,
  { name, type, parts }: { name: string; type: string; parts: AsyncGenerator<string, void, undefined> },
): Promise<void> {
  const first = await parts.next();
  async function* all(): AsyncGenerator<string, void, undefined> {
    if (first.done === true) return;
    yield first.value;
    yield* parts;
  }
  reply
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="${name}"`)
    .type(type)
    .send(Readable.from(all(), { objectMode: false }));
}

/** Bodies of this address are handed on as they stream, whatever type they name: other parsers would hold them in memory whole. */
export function streamBodiesOf(path: string, fastify: FastifyInstance): void {
  fastify.addContentTypeParser(FILE, (_request, _payload, done) => done(null));
  fastify.addHook('onRequest', async (request) => {
    if (request.method !== 'POST' || request.url.split('?')[0] !== path) return;
    request.headers['x-otterpost-sent-as'] = request.headers['content-type'] ?? '';
    request.headers['content-type'] = FILE;
  });
}

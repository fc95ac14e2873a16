import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { KnownRequest } from './caller.guard.ts';

/** Is aborted when the caller hangs up before the answer; with the failure to answer, when the caller's key is revoked before it. */
export const Gone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const gone = new AbortController();
  const http = context.switchToHttp();
  const { raw } = http.getResponse<FastifyReply>();
  const stop = http.getRequest<KnownRequest>().whenEnded?.((why) => gone.abort(why));
  raw.once('close', () => {
    stop?.();
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
});

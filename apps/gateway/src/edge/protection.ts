import { createHash } from 'node:crypto';

import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Failure } from '@otterpost/contracts/failure';

/** Callers that are remembered at a time, by key or address. */
const REMEMBERED_CALLERS = 50_000;

/** Security headers on every answer, and so many requests a second from one API key, or from one address without a key. */
export async function protect(app: NestFastifyApplication, { requestsPerSecond }: { requestsPerSecond: number }): Promise<void> {
  await app.register(helmet);
  await app.register(rateLimit, {
    max: requestsPerSecond,
    timeWindow: 1000,
    cache: REMEMBERED_CALLERS,
    keyGenerator: ({ headers: { authorization }, ip }) =>
      authorization === undefined ? ip : createHash('sha256').update(authorization).digest('base64'),
    errorResponseBuilder: (_request, { ttl }) =>
      new Failure('too_many_requests', {
        detail: `One API key may send ${requestsPerSecond} requests a second (OTTERPOST_REQUESTS_PER_SECOND)`,
        retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)),
      }),
  });
}

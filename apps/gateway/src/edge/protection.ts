import { hash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Failure } from '@otterpost/contracts/failure';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** Callers that are remembered at a time, by key or address. */
const REMEMBERED_CALLERS = 50_000;
/** A turn of the event loop that takes this long, on the mean of a second: whoever is let in now only makes all others wait. */
const OVERLOADED_MS = 1000;
const OVERLOADED_AGAIN_SECONDS = 2;
const ELSEWHERE_SECONDS = 1;
/** Whoever watches over this instance hears of it all the same. */
const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(['/livez', '/readyz']);

/** Security headers on every answer, so many requests a second from one API key, or from one address without a key, and no more than can be served. */
export async function protect(app: NestFastifyApplication, { requestsPerSecond }: { requestsPerSecond: number }): Promise<void> {
  setSecurityHeaders(app.getHttpAdapter().getInstance());
  refuseWhileClosing(app.getHttpAdapter().getInstance());
  await app.register(underPressure, {
    maxEventLoopDelay: OVERLOADED_MS,
    pressureHandler: ({ url }) => {
      if (ALWAYS_ANSWERED.has(url)) return;
      return Promise.reject(
        new Failure('overloaded', {
          detail: 'Ask again, or another gateway; what is held already stays held',
          retryAfterSeconds: OVERLOADED_AGAIN_SECONDS,
        }),
      );
    },
  });
  await app.register(rateLimit, {
    max: requestsPerSecond,
    timeWindow: 1000,
    cache: REMEMBERED_CALLERS,
    keyGenerator: ({ headers: { authorization }, ip }) =>
      authorization === undefined ? ip : hash('sha256', authorization, 'base64'),
    errorResponseBuilder: (_request, { ttl }) =>
      new Failure('too_many_requests', {
        detail: `One API key may send ${requestsPerSecond} requests a second (OTTERPOST_REQUESTS_PER_SECOND)`,
        retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)),
      }),
  });
}

/** What helmet sets is asked of it once, and the same for all: asked for each answer, it takes a fourteenth of a busy gateway's time. */
function setSecurityHeaders(fastify: FastifyInstance): void {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet()(response.req, response, (error) => {
    if (error !== undefined) throw error;
  });
  const headers = response.getHeaders();
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

/** A request of which the end comes only after the doors have closed is another gateway's. */
function refuseWhileClosing(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('preClose', async () => {
    isClosing = true;
  });
  fastify.addHook('onRequest', (_request, _reply, done) => {
    done(isClosing ? new Failure('shutting_down', { retryAfterSeconds: ELSEWHERE_SECONDS }) : undefined);
  });
}

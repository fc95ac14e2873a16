import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { Failure, toFailure } from '@otterpost/contracts/failure';
import type { FailureCode } from '@otterpost/contracts/failures';
import { toProblem } from '@otterpost/contracts/problem';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Logger } from './logger.ts';

/** Fastify's own codes for what it refuses before a handler runs (https://fastify.dev/docs/latest/Reference/Errors/). */
const FASTIFY_CODES: Readonly<Record<string, FailureCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
  // No id is so long.
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

const STATUS_CODES: Readonly<Record<number, FailureCode>> = {
  // Our own pipes throw failures; what is left is Nest's word for a body that JSON.parse refused.
  400: 'invalid_json',
  401: 'unauthenticated',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
};

/** Says every failure as a problem (RFC 9457). The one place where a failed request is logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.#logger);
  }
}

/** The problem answer to a failed request; what is our own fault is logged with the request's id and told without text. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const failure = fromFramework(error);
  const path = request.url.split('?')[0] ?? request.url;
  if (failure.rule.status >= 500)
    logger.error({ err: failure, requestId: request.id, path, context: failure.context }, 'a request failed');
  else logger.debug({ failure: failure.code, requestId: request.id, path }, 'a request was refused');
  if (reply.sent || reply.raw.headersSent) return;
  const told =
    failure.code === 'internal' ? new Failure('internal', { detail: `Tell the operator this id: ${request.id}` }) : failure;
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', String(failure.retryAfterSeconds));
  if (failure.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  reply.status(failure.rule.status).type('application/problem+json').send(toProblem(told, path));
}

function fromFramework(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: string };
  const byCode = typeof code === 'string' ? FASTIFY_CODES[code] : undefined;
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  const known = byCode ?? (typeof status === 'number' ? STATUS_CODES[status] : undefined);
  if (known !== undefined)
    return new Failure(known, { cause: error, ...(known === 'not_found' ? {} : { detail: message ?? '' }) });
  return toFailure(error);
}

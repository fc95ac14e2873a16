import { headers as newHeaders } from '@nats-io/nats-core';
import { Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { Ctx, type CustomTransportStrategy, MessagePattern, type NatsContext, Payload } from '@nestjs/microservices';
import { Failure, toFailure } from '@otterpost/contracts/failure';
import { toProblem } from '@otterpost/contracts/problem';
import { type Observable, throwError } from 'rxjs';

import type { Bus } from './connection.ts';
import { logFailure } from './log-failure.ts';
import { SharedConnectionServer } from './shared-connection-server.ts';

/** Marks handlers of requests that come from outside the suite, in plain JSON without Nest's envelope. */
const PLAIN_REQUESTS = Symbol('plain requests');
const NOT_JSON = Symbol('not JSON');

/** What a stranger said besides the body; names without case, as in HTTP. */
export interface PlainHeaders {
  get(name: string): string | undefined;
}

/**
 * Serves the `@OnPlainRequest` methods: the request is any JSON, the reply is the method's answer as JSON, or a problem object
 * with the header `Status: error`. Replicas share the requests; closing it ends what is in hand.
 */
export function plainRequestServer({ bus, service }: { bus: Bus; service: string }): CustomTransportStrategy {
  return new PlainRequestServer(bus, service);
}

/** The method answers requests on this subject: `(body, headers) => Promise<answer>`. The body is whatever the stranger sent. */
export function OnPlainRequest(subject: string) {
  return <M extends (body: unknown, headers: PlainHeaders) => Promise<object>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const answer = descriptor.value;
    if (answer === undefined) throw new TypeError('@OnPlainRequest belongs on a method');
    const checked = async function (this: unknown, body: unknown, context: NatsContext): Promise<object> {
      if (body === NOT_JSON) throw new Failure('invalid_json');
      return answer.call(this, body, toPlainHeaders(context));
    };
    descriptor.value = checked as unknown as M;
    const asMethod = descriptor as TypedPropertyDescriptor<unknown>;
    MessagePattern(subject, PLAIN_REQUESTS)(target, key, asMethod);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    UseFilters(new ProblemFilter())(target, key, asMethod);
  };
}

/** Says a failure to a stranger: its code and detail, never its cause. */
@Catch()
class ProblemFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    const failure = toFailure(error);
    logFailure(failure);
    return throwError(() => toProblem(failure));
  }
}

class PlainRequestServer extends SharedConnectionServer {
  override transportId = PLAIN_REQUESTS;

  constructor(bus: Bus, queue: string) {
    super(bus, queue, { serializer: { serialize: toPlainReply }, deserializer: { deserialize: fromPlainRequest } });
  }
}

/** The id makes Nest take it for a request; only Nest's own client would read it again. */
function fromPlainRequest(
  message: { json(): unknown },
  { channel }: { channel?: string } = {},
): { pattern: unknown; data: unknown; id: string } {
  try {
    return { pattern: channel, data: message.json(), id: 'plain' };
  } catch {
    return { pattern: channel, data: NOT_JSON, id: 'plain' };
  }
}

function toPlainReply({ err, response }: { err?: unknown; response?: unknown }): { data: string; headers?: unknown } {
  if (err === undefined) return { data: JSON.stringify(response) };
  const headers = newHeaders();
  headers.set('Status', 'error');
  return { data: JSON.stringify(err), headers };
}

function toPlainHeaders(context: NatsContext): PlainHeaders {
  const carried: Iterable<[string, string[]]> = context.getHeaders() ?? [];
  const values = new Map(Array.from(carried, ([name, [first]]) => [name.toLowerCase(), first]));
  return { get: (name) => values.get(name.toLowerCase()) };
}

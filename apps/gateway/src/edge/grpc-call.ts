import type { Metadata } from '@grpc/grpc-js';
import { Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { toFailure } from '@otterpost/contracts/failure';
import { logFailure } from '@otterpost/messaging/log-failure';
import { type Observable, throwError } from 'rxjs';

import { toGrpcFailure } from './grpc-failure.ts';
import { fromMessage } from './grpc-messages.ts';

/** The part of a grpc-js call that handlers look at. */
export interface ServerCall {
  readonly cancelled: boolean;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** One call, without gRPC's own shapes. */
export interface GrpcCaller {
  /** The metadata `authorization`. */
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Given when the caller has gone or its deadline is over. */
  readonly signal: AbortSignal;
}

@Catch()
class GrpcFailureFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    const failure = toFailure(error);
    logFailure(failure);
    return throwError(() => toGrpcFailure(failure));
  }
}

/**
 * The method answers this call of a service in `otterpost.v1`: `(request, caller) => …`, the request as the HTTP API would have it. It gives a
 * message, or an observable of messages for a server stream; what it throws becomes a status with details.
 */
export function OnGrpcCall(rpc: string, service: 'TicketService' | 'AccountService' = 'TicketService') {
  return <M extends (request: Record<string, unknown>, caller: GrpcCaller) => unknown>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const answer = descriptor.value;
    if (answer === undefined) throw new TypeError('@OnGrpcCall belongs on a method');
    const adapted = async function (this: unknown, message: object, metadata: Metadata, call: ServerCall): Promise<unknown> {
      return answer.call(this, fromMessage(message), toCaller(metadata, call));
    };
    descriptor.value = adapted as unknown as M;
    const asMethod = descriptor as TypedPropertyDescriptor<unknown>;
    GrpcMethod(service, rpc)(target, key, asMethod);
    UseFilters(new GrpcFailureFilter())(target, key, asMethod);
  };
}

function toCaller(metadata: Metadata, call: ServerCall): GrpcCaller {
  const gone = new AbortController();
  if (call.cancelled) gone.abort();
  else call.on('cancelled', () => gone.abort());
  return {
    authorization: textOf(metadata, 'authorization'),
    idempotencyKey: textOf(metadata, 'idempotency-key'),
    signal: gone.signal,
  };
}

function textOf(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}

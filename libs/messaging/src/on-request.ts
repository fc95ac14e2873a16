import { Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { toFailure } from '@otterpost/contracts/failure';
import type { RequestContract } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';
import { type Observable, throwError } from 'rxjs';
import type * as z from 'zod';

import { logFailure } from './log-failure.ts';
import { toWireFailure } from './wire-failure.ts';

/** What travels to the asker is the failure's code and detail; its cause stays here. */
@Catch()
class FailureFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    const failure = toFailure(error);
    logFailure(failure);
    return throwError(() => toWireFailure(failure));
  }
}

/**
 * The method answers requests of this contract: `(request) => Promise<reply>`. The request is checked before it is called, the
 * reply after; what it throws reaches the asker as the same `Failure`. One instance of the service answers each request.
 */
export function OnRequest<Q extends z.ZodType, R extends z.ZodType>(contract: RequestContract<Q, R>) {
  return <M extends (request: z.output<Q>) => Promise<z.input<R>> | z.input<R>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const answer = descriptor.value;
    if (answer === undefined) throw new TypeError('@OnRequest belongs on a method');
    const checked = async function (this: unknown, request: unknown): Promise<z.output<R>> {
      const reply: unknown = await answer.call(this, parseOrFail(contract.request, request));
      return parseOrFail(contract.reply, reply, 'invalid_message');
    };
    // The type of the method stays what it was; only its checks are added.
    descriptor.value = checked as unknown as M;
    const asMethod = descriptor as TypedPropertyDescriptor<unknown>;
    MessagePattern(contract.subject, Transport.NATS)(target, key, asMethod);
    UseFilters(new FailureFilter())(target, key, asMethod);
  };
}

import { Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventContract } from '@otterpost/contracts/message';
import { type Observable, throwError } from 'rxjs';
import type * as z from 'zod';

/** Marks handlers of events from streams, so that Nest keeps them apart from those of its NATS transport. */
export const JETSTREAM = Symbol('jetstream');

/** What the bus knows of the event besides its payload. */
export interface EventContext {
  /** The id it was published with. */
  readonly messageId: string;
  readonly redelivered: boolean;
  /** 1 at first; grows when a handler failed, or its process died with the event in hand. */
  readonly deliveryCount: number;
  /** When the stream stored it, by the server's clock. */
  readonly publishedAt: Date;
  readonly stream: string;
  readonly sequence: number;
}

export interface EventExtras {
  readonly contract: EventContract;
}

/** Nest's own filter would swallow the failure; the strategy needs it to decide about another delivery. */
@Catch()
class RethrowFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * The method takes events of this contract: `(payload, context) => Promise<void>`. The event is acknowledged when the promise
 * resolves; when it rejects, the failure's code decides (`soon`, `later`, `never`). The same event may come again: the method
 * must be safe to repeat.
 */
export function OnEvent<T extends z.ZodType>(contract: EventContract<T>) {
  return <M extends (payload: z.output<T>, context: EventContext) => Promise<void>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const extras: EventExtras = { contract };
    const asMethod = descriptor as TypedPropertyDescriptor<unknown>;
    (EventPattern(contract.subject, JETSTREAM, extras) as MethodDecorator)(target, key, asMethod);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    UseFilters(new RethrowFilter())(target, key, asMethod);
  };
}

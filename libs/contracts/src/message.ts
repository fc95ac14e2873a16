import type * as z from 'zod';

/** A fact on the bus: kept in a stream until its handler has acknowledged it. May come twice, late, or out of order. */
export interface EventContract<T extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly subject: string;
  readonly stream: string;
  readonly payload: T;
}

/** A question on the bus: one asks, one instance of the answering service replies, or nobody does in time. */
export interface RequestContract<Q extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly kind: 'request';
  readonly subject: string;
  readonly request: Q;
  readonly reply: R;
}

export function defineEvent<T extends z.ZodType>(subject: string, stream: string, payload: T): EventContract<T> {
  return { kind: 'event', subject, stream, payload };
}

export function defineRequest<Q extends z.ZodType, R extends z.ZodType>(
  subject: string,
  request: Q,
  reply: R,
): RequestContract<Q, R> {
  return { kind: 'request', subject, request, reply };
}

export type EventOf<C> = C extends EventContract<infer T> ? z.output<T> : never;
export type RequestOf<C> = C extends RequestContract<infer Q, z.ZodType> ? z.input<Q> : never;
export type ReplyOf<C> = C extends RequestContract<z.ZodType, infer R> ? z.output<R> : never;

import type { ReplyOf, RequestContract, RequestOf } from '@otterpost/contracts/message';

export const SUITE = Symbol('Suite');

/** The other services, asked by contract. What they throw comes out as the same failure. */
export interface Suite {
  ask<C extends RequestContract>(contract: C, request: RequestOf<C>): Promise<ReplyOf<C>>;
}

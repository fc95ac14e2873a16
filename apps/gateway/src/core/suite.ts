import type { ReplyOf, RequestContract, RequestOf } from '@otterpost/contracts/message';

export const SUITE = Symbol('Suite');

/** The other services, asked by contract. What they throw comes out as the same failure. */
export interface Suite {
  ask<C extends RequestContract>(
    contract: C,
    request: RequestOf<C>,
    options?: { readonly timeoutMs?: number },
  ): Promise<ReplyOf<C>>;
}

export const SEAL_FOR = Symbol('SealFor');

/** Seals what only another service may read on its way there; gives base64. The subject is where it belongs. */
export type SealFor = (subject: string, text: string) => string;

/** Opens a secret that travelled as it lies in another service's database; base64 in, text out. @throws Failure `unsealing_failed` */
export type OpenColumn = (place: { readonly table: string; readonly column: string }, rowId: string, sealed: string) => string;

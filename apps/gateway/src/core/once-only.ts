import type { Caller } from '@otterpost/contracts/caller';

export const ONCE_ONLY = Symbol('OnceOnly');

/** A request by the name that its caller gave it, and the thing that it makes. */
export interface NamedRequest {
  readonly keyId: Caller['keyId'];
  readonly idempotencyKey: string;
  /** A digest of all that was asked. */
  readonly hash: string;
  readonly thingId: string;
}

/** Named requests of the last 24 hours. */
export interface NamedRequests {
  /** The thing of the request of that name: of this one, or of the first. @throws Failure `idempotency_key_reused` */
  take(request: NamedRequest): Promise<{ readonly thingId: string; readonly isMade: boolean }>;
  markMade(request: NamedRequest): Promise<void>;
}

interface Making<Id extends string, Thing> {
  readonly caller: Caller;
  readonly idempotencyKey: string | undefined;
  /** What was asked, all of it. */
  readonly asked: unknown;
  /** What the thing is called if this is its first request. */
  readonly id: Id;
  /** Makes it under this id; gives the one that is there already under it. */
  make(id: Id): Promise<Thing>;
  /** @throws Failure `not_found` */
  find(id: Id): Promise<Thing>;
}

/**
 * Makes one thing of a request, however often it is sent. Its id is written down before it is made, so that whoever repeats a request
 * that was cut off anywhere makes that very thing.
 */
export class OnceOnly {
  readonly #names: NamedRequests;
  readonly #digest: (text: string) => string;

  constructor({ names, digest }: { names: NamedRequests; digest: (text: string) => string }) {
    this.#names = names;
    this.#digest = digest;
  }

  async make<Id extends string, Thing>(making: Making<Id, Thing>): Promise<{ thing: Thing; isNew: boolean }> {
    const { caller, idempotencyKey, asked, id, make, find } = making;
    if (idempotencyKey === undefined) return { thing: await make(id), isNew: true };
    const request = { keyId: caller.keyId, idempotencyKey, hash: this.#digest(JSON.stringify(asked)), thingId: id };
    const { thingId, isMade } = await this.#names.take(request);
    if (isMade) return { thing: await find(thingId as Id), isNew: false };
    const thing = await make(thingId as Id);
    await this.#names.markMade(request);
    return { thing, isNew: true };
  }
}

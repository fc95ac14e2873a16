import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { FastifyRequest } from 'fastify';

import { DOORKEEPER, type Doorkeeper } from '../core/caller.ts';
import { isWideEnough } from '../core/keys.ts';

export type KnownRequest = FastifyRequest & {
  caller?: Caller;
  /** Hears that the caller's key is good no longer. */
  whenEnded?: (listener: (why: Failure) => void) => () => void;
};

const PUBLIC = Symbol('Public');
const LEAST_SCOPE = Symbol('LeastScope');

/** Needs no key. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC, true);
/** Needs a key of this scope or a wider one; without it, any key will do. */
export const Needs = (scope: Caller['scope']): MethodDecorator & ClassDecorator => SetMetadata(LEAST_SCOPE, scope);

export type Scope = Caller['scope'];

/** The least scope that a route needs; null where it needs no key. */
export function leastScopeOf(handler: object, controller: object): Scope | null {
  const of = <T>(key: symbol): T | undefined => Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
  return of<boolean>(PUBLIC) === true ? null : (of<Scope>(LEAST_SCOPE) ?? 'worker');
}

/** Lets in who shows a key that is wide enough. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    @Inject(DOORKEEPER) private readonly doorkeeper: Doorkeeper,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places) === true) return true;
    const request = context.switchToHttp().getRequest<KnownRequest>();
    request.caller = await this.doorkeeper.identify(request.headers.authorization, request.ip);
    const { caller } = request;
    request.whenEnded = (listener) => this.doorkeeper.whenEnded(caller, listener);
    const least = this.reflector.getAllAndOverride<Caller['scope'] | undefined>(LEAST_SCOPE, places) ?? 'worker';
    if (!isWideEnough(caller.scope, least)) {
      throw new Failure('scope_insufficient', { detail: `${request.method} here needs a key of scope ${least}` });
    }
    return true;
  }
}

/** Who asks. */
export const CalledBy = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<KnownRequest>();
  if (caller === undefined) throw new Failure('unauthenticated');
  return caller;
});

import { SetMetadata } from '@nestjs/common';
import type { FailureCode } from '@otterpost/contracts/failures';
import type * as z from 'zod';

export const DESCRIPTION = Symbol('Description');

/** What OpenAPI has to say of a route besides what its decorators say already: path, method, status, scope, parameters and body. */
export interface RouteDescription {
  readonly summary: string;
  /** The JSON that it answers with. */
  readonly answer?: z.ZodType;
  /** What it answers with where that is no JSON, such as `text/event-stream`. */
  readonly type?: string;
  /** Another status that is no failure, and what it means. */
  readonly also?: Readonly<Record<number, string>>;
  /** The body, where the route takes it as it comes: by its content type. */
  readonly bodies?: Readonly<Record<string, z.ZodType>>;
  /** A body that fits. */
  readonly example?: unknown;
  /** Headers of a request that mean something, and what. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Failures of its own, besides those that any such route may have. */
  readonly fails?: readonly FailureCode[];
}

export const Described = (description: RouteDescription): MethodDecorator => SetMetadata(DESCRIPTION, description);

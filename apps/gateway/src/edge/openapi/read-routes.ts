import { RequestMethod, type Type } from '@nestjs/common';
import type * as z from 'zod';

import { leastScopeOf, type Scope } from '../caller.guard.ts';
import { DESCRIPTION, type RouteDescription } from './described.ts';

/** A route as its controller declares it. */
export interface Route {
  readonly method: string;
  /** As OpenAPI writes it: `/v1/tickets/{id}`. */
  readonly path: string;
  readonly status: number;
  /** Null for one that needs no key. */
  readonly scope: Scope | null;
  readonly params: Readonly<Record<string, z.ZodType>>;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly description: RouteDescription | undefined;
  readonly name: string;
}

/** Nest's own keys (its constants.js), by which it serves the routes. */
const [PATH, METHOD, HTTP_CODE, ARGUMENTS] = ['path', 'method', '__httpCode__', '__routeArguments__'] as const;
const [BODY, QUERY, PARAM] = ['3', '4', '5'] as const;

interface Argument {
  readonly data?: string;
  readonly schema?: z.ZodType;
}

/** The routes of these controllers, by the same decorators that make them. */
export function readRoutes(controllers: readonly Type<unknown>[]): Route[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = name === 'constructor' ? undefined : prototype[name];
      const method: RequestMethod | undefined = handler && Reflect.getMetadata(METHOD, handler);
      return handler === undefined || method === undefined ? [] : [readRoute(controller, name, handler, method)];
    });
  });
}

function readRoute(controller: Type<unknown>, name: string, handler: object, method: RequestMethod): Route {
  const declared: Readonly<Record<string, Argument>> = Reflect.getMetadata(ARGUMENTS, controller, name) ?? {};
  const named = (type: string): Argument[] =>
    Object.entries(declared).flatMap(([key, argument]) => (key.split(':')[0] === type ? [argument] : []));
  return {
    method: RequestMethod[method].toLowerCase(),
    path: join(Reflect.getMetadata(PATH, controller), Reflect.getMetadata(PATH, handler)),
    status: Reflect.getMetadata(HTTP_CODE, handler) ?? (method === RequestMethod.POST ? 201 : 200),
    scope: leastScopeOf(handler, controller),
    params: Object.fromEntries(named(PARAM).flatMap(({ data, schema }) => (data && schema ? [[data, schema]] : []))),
    query: named(QUERY).find(({ schema }) => schema)?.schema,
    body: named(BODY).find(({ schema }) => schema)?.schema,
    description: Reflect.getMetadata(DESCRIPTION, handler),
    name: `${controller.name.replace('Controller', '')}.${name}`,
  };
}

function join(...parts: readonly string[]): string {
  const path = parts
    .join('/')
    .replaceAll(/\/+/g, '/')
    .replace(/\/$/, '')
    .replaceAll(/:(\w+)/g, '{$1}');
  return path.startsWith('/') ? path : `/${path}`;
}

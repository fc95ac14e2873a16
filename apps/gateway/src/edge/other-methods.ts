import { Failure } from '@otterpost/contracts/failure';
import type { FastifyInstance, HTTPMethods } from 'fastify';

import type { Route } from './openapi/read-routes.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Whoever asks a known address by a method that it does not take hears which it takes (RFC 9110 section 15.5.6). */
export function refuseOtherMethods(fastify: FastifyInstance, routes: readonly Route[]): void {
  for (const [path, served] of Map.groupBy(routes, (route) => route.path)) {
    const taken = served.map(({ method }) => method.toUpperCase());
    fastify.route({
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      method: METHODS.filter((method) => !taken.includes(method)),
      // Before the body is looked at: it is of no matter what it holds.
      onRequest: async (_request, reply) => {
        reply.header('allow', taken.join(', '));
        throw new Failure('method_not_allowed', { detail: `This address takes ${taken.join(', ')}` });
      },
      handler: () => undefined,
    });
  }
}

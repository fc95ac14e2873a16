import { FAILURES, type FailureCode } from '@otterpost/contracts/failures';
import { Problem } from '@otterpost/contracts/problem';
import * as z from 'zod';

import type { RouteDescription } from './described.ts';
import type { Route } from './read-routes.ts';

type Json = Readonly<Record<string, unknown>>;

/** Failures that a route may have by what it takes. */
const ANY: readonly FailureCode[] = [
  'internal',
  'overloaded',
  'service_unavailable',
  'bus_unavailable',
  'database_unavailable',
  'shutting_down',
];
const WITH_KEY: readonly FailureCode[] = ['unauthenticated', 'too_many_requests'];
const WITH_SCOPE: readonly FailureCode[] = ['scope_insufficient'];
const WITH_INPUT: readonly FailureCode[] = ['invalid_request'];
const WITH_BODY: readonly FailureCode[] = ['invalid_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request'];
const WITH_PARAM: readonly FailureCode[] = ['not_found', 'invalid_request'];

const PROBLEM = { $ref: '#/components/schemas/Problem' };

/** The description of the HTTP API (OpenAPI 3.1), from the routes and the contracts by which they are served. */
export function describeApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: toOperation(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Otterpost',
      version,
      summary: 'Self-hosted delivery of mailed verification codes to the one worker that waits for each',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `ott_…`' } },
      schemas: { Problem: toSchema(Problem, 'output') },
    },
  };
}

function toOperation(route: Route): Json {
  const { description = { summary: route.name }, scope } = route;
  return {
    operationId: route.name,
    summary: description.summary,
    ...(scope === null ? { security: [] } : { description: `Needs a key of scope \`${scope}\`, or a wider one.` }),
    parameters: [...parametersOf(route), ...headersOf(description)],
    ...bodyOf(route, description),
    responses: { ...answersOf(route, description), ...failuresOf(route, description) },
  };
}

function parametersOf({ params, query }: Route): Json[] {
  const inPath = Object.entries(params).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: toSchema(schema, 'input'),
  }));
  if (query === undefined) return inPath;
  const { properties = {}, required = [] } = toSchema(query, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery];
}

function headersOf({ headers = {} }: RouteDescription): Json[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
}

function bodyOf({ body }: Route, { bodies, example }: RouteDescription): Json {
  const all = bodies ?? (body === undefined ? {} : { 'application/json': body });
  const content = Object.fromEntries(
    Object.entries(all).map(([type, schema], at) => [
      type,
      { schema: toSchema(schema, 'input'), ...(at === 0 && example !== undefined ? { example } : {}) },
    ]),
  );
  return Object.keys(content).length === 0 ? {} : { requestBody: { content } };
}

function answersOf({ status }: Route, { summary, answer, type, also = {} }: RouteDescription): Json {
  const content =
    answer !== undefined
      ? { content: { [type ?? 'application/json']: { schema: toSchema(answer, 'output') } } }
      : type !== undefined
        ? { content: { [type]: { schema: { type: 'string' } } } }
        : {};
  const others = Object.entries(also).map(([other, meaning]) => [other, { description: meaning, ...content }]);
  return { [status]: { description: summary, ...content }, ...Object.fromEntries(others) };
}

/** Problem answers by their status, with the codes that it may carry. */
function failuresOf(route: Route, { fails = [], bodies }: RouteDescription): Json {
  const takesBody = route.body !== undefined || bodies !== undefined;
  const codes = new Set<FailureCode>([
    ...ANY,
    ...(route.scope === null ? [] : WITH_KEY),
    ...(route.scope === null || route.scope === 'worker' ? [] : WITH_SCOPE),
    ...(route.query === undefined ? [] : WITH_INPUT),
    ...(takesBody ? WITH_BODY : []),
    ...(Object.keys(route.params).length === 0 ? [] : WITH_PARAM),
    ...fails,
  ]);
  const byStatus = Map.groupBy([...codes], (code) => FAILURES[code].status);
  return Object.fromEntries([...byStatus].map(([status, all]) => [status, problem(status, all)]));
}

function problem(status: number, codes: readonly FailureCode[]): Json {
  return {
    description: codes.map((code) => `\`${code}\`: ${FAILURES[code].title}`).join('. '),
    ...(status === 429
      ? { headers: { 'Retry-After': { description: 'Seconds (RFC 9110 section 10.2.3)', schema: { type: 'integer' } } } }
      : {}),
    content: { 'application/problem+json': { schema: PROBLEM } },
  };
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const {
    $schema: _,
    $defs,
    ...plain
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    reused: 'inline',
  });
  return $defs === undefined ? plain : withoutRefs(plain);
}

/** Only "any JSON" holds itself in the contracts, and nothing need be said of it. */
function withoutRefs(schema: Json): Json {
  const isRef = (value: unknown): boolean => typeof value === 'object' && value !== null && '$ref' in value;
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) => (isRef(value) ? {} : value));
}

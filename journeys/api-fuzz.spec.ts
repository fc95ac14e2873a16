import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';

import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

/** The same each time; `OTTERPOST_FUZZ_SEED` and `OTTERPOST_FUZZ_REQUESTS=100000` for others, and for more. */
const SEED = Number(process.env.OTTERPOST_FUZZ_SEED ?? 1);
const REQUESTS = Number(process.env.OTTERPOST_FUZZ_REQUESTS ?? 3000);
const GIVE_UP_MS = 10_000;

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}
interface Request {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly values: Readonly<Record<string, unknown>>;
  readonly type: string | undefined;
  readonly body: unknown;
  readonly isBroken: boolean;
}

let folder: string;
let suite: Suite;
let operations: { method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  const env = { OTTERPOST_REQUESTS_PER_SECOND: '100000' };
  suite = await startJourney({ dataDir: folder, env });
  const { paths } = (await (await fetch(`${suite.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

/** What no description allows for. */
const nonsense: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\0',
    '__proto__',
    '../..',
    '%',
    "'; DROP TABLE tickets; --",
    '💥'.repeat(300),
    1e308,
    -1,
    2 ** 53,
    '',
    null,
    true,
  ),
);

/** What the description allows, and now and then something else. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fitting(schema) }, { weight: 1, arbitrary: nonsense });
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  const { type, properties = {}, required = [], items, minimum = -1000, maximum = 100_000 } = schema;
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return fc.oneof(...either.map(valuesOf));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (type) {
    case 'string':
      return schema.pattern === undefined
        ? fc.oneof(fc.string({ maxLength: 30 }), fc.emailAddress(), fc.webUrl())
        : matching(schema.pattern);
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(items ?? {}), { maxLength: 3 });
    case 'object': {
      const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valuesOf(field)]));
      return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
    }
    default:
      return nonsense;
  }
}

function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    // It looks around, which a generator cannot.
    return fc.string({ maxLength: 30 });
  }
}

function requests(): fc.Arbitrary<Request> {
  return fc.oneof(
    ...operations.map(({ method, path, operation }) => {
      const values = fc.record(Object.fromEntries(operation.parameters.map(({ name, schema }) => [name, valuesOf(schema)])), {
        requiredKeys: [],
      });
      const types = Object.entries(operation.requestBody?.content ?? {});
      const sent =
        types.length === 0
          ? fc.constant({ type: undefined, body: undefined })
          : fc.oneof(
              ...types.map(([type, { schema }]) =>
                fc.record({ type: fc.constant<string | undefined>(type), body: valuesOf(schema) }),
              ),
            );
      return fc
        .record({ values, sent, isBroken: fc.integer({ min: 0, max: 30 }).map((dice) => dice === 0) })
        .map(({ sent: { type, body }, ...rest }) => ({ method, path, operation, ...rest, type, body }));
    }),
  );
}

async function send({ method, path, operation, values, type, body, isBroken }: Request): Promise<Response> {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const url = new URL(suite.url);
  url.pathname = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(values[name] ?? 'x')) || 'x');
  for (const { name, in: place } of operation.parameters) {
    if (place !== 'query' || values[name] === undefined) continue;
    // Nothing is held: that is tested elsewhere.
    url.searchParams.set(name, name === 'wait' ? '0' : text(values[name]));
  }
  // No mailbox is looked for outside this machine.
  const harmless = typeof body === 'object' && body !== null && 'host' in body ? { ...body, host: 'mail.invalid' } : body;
  const written = type === undefined ? undefined : type === 'application/json' ? JSON.stringify(harmless) : text(harmless);
  return fetch(url, {
    method,
    headers: { authorization: `Bearer ${suite.adminKey}`, ...(type === undefined ? {} : { 'content-type': type }) },
    ...(written === undefined ? {} : { body: isBroken ? written.slice(0, -1) : written }),
    signal: AbortSignal.timeout(GIVE_UP_MS),
  });
}

describe('the API', () => {
  it('answers whatever it is asked with a status that its description names, and none of its own faults', async () => {
    await fc.assert(
      fc.asyncProperty(requests(), async (request) => {
        const answer = await send(request);
        const { status, headers } = answer;
        // A stream of events has no end.
        if (headers.get('content-type')?.includes('event-stream')) await answer.body?.cancel();
        const type = headers.get('content-type') ?? '';
        const said = type.includes('json') ? await answer.text() : '';
        const known = Object.keys(request.operation.responses).includes(String(status));
        const isProblem = status < 400 || type.includes('application/problem+json');
        if (status < 500 && known && isProblem) return;
        throw new Error(`${request.operation.operationId} answers ${status} (${type}): ${said.slice(0, 500)}`);
      }),
      { numRuns: REQUESTS, seed: SEED },
    );
  }, 600_000);
});

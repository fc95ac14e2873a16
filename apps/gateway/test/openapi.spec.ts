import 'reflect-metadata';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAILURES } from '@otterpost/contracts/failures';
import { validate } from '@readme/openapi-parser';

import { type Route, readRoutes } from '../src/edge/openapi/read-routes.ts';
import { HTTP_CONTROLLERS } from '../src/gateway.module.ts';
import { type RunningGateway, runGateway } from './running-gateway.ts';

interface Operation {
  readonly responses: Readonly<Record<string, object>>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const ROUTES: readonly Route[] = readRoutes(HTTP_CONTROLLERS);
let gateway: RunningGateway;
let description: Description;
beforeAll(async () => {
  gateway = await runGateway({ requestsPerSecond: 10_000 });
  description = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Description;
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

const urlOf = (path: string): string => `${gateway.url}${path.replace('{id}', 'x').replace('{slug}', 'x')}`;

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(description.openapi).toBe('3.1.0');
    const result = await validate(structuredClone(description) as never);
    expect(result).toMatchObject({ valid: true });
  });

  it('describes every route that is declared, in words of its own', () => {
    for (const route of ROUTES) {
      expect(description.paths[route.path]?.[route.method]).toBeDefined();
      expect({ route: route.name, summary: route.description?.summary }).toEqual({
        route: route.name,
        summary: expect.any(String),
      });
    }
  });

  it('describes nothing that is not served', async () => {
    for (const [path, operations] of Object.entries(description.paths)) {
      for (const method of Object.keys(operations)) {
        const answer = await fetch(urlOf(path), { method: method.toUpperCase() });
        // Without a key: an address that is not served is not found before anybody is asked for one.
        expect({ path, method, status: answer.status }).not.toMatchObject({ status: 404 });
        await answer.body?.cancel();
      }
    }
  });

  it('names every method that an address takes: any other is refused with them', async () => {
    for (const [path, operations] of Object.entries(description.paths)) {
      const allow = Object.keys(operations).map((method) => method.toUpperCase());
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((other) => !allow.includes(other))) {
        const answer = await fetch(urlOf(path), { method });
        expect({ path, method, status: answer.status, allow: answer.headers.get('allow') }).toEqual({
          ...{ path, method, status: 405, allow: allow.join(', ') },
        });
      }
    }
  });

  it('has examples that are taken by the schemas they stand for', () => {
    const wrong = ROUTES.flatMap(({ name, body, description: { example, bodies } = { summary: '' } }) => {
      const schema = bodies === undefined ? body : Object.values(bodies)[0];
      return example === undefined || schema?.safeParse(example).success === true ? [] : [name];
    });
    expect(wrong).toEqual([]);
    expect(ROUTES.filter(({ description: told }) => told?.example !== undefined).length).toBeGreaterThan(10);
  });

  it('is told on a page without scripts and without anything from elsewhere, each failure at the address that problems name', async () => {
    const answer = await fetch(`${gateway.url}/docs`);
    const page = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(page).not.toMatch(/<script|https?:\/\//);
    for (const code of Object.keys(FAILURES)) expect(page).toContain(`id="${code}"`);
    for (const { path } of ROUTES) expect(page).toContain(`<code>${path}</code>`);
    const style = await fetch(`${gateway.url}/docs.css`);
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });
});

async function makeWorkerKey(): Promise<string> {
  const made = await fetch(`${gateway.url}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'A worker', scope: 'worker' }),
  });
  return ((await made.json()) as { key: string }).key;
}

describe('every route that needs a key', () => {
  it('refuses who shows none, and who shows too little, with a problem', async () => {
    const worker = await makeWorkerKey();
    for (const { path, method, scope } of ROUTES.filter((route) => route.scope !== null)) {
      const bare = await fetch(urlOf(path), { method: method.toUpperCase() });
      expect({ path, method, status: bare.status, ...((await bare.json()) as object) }).toMatchObject({
        status: 401,
        code: 'unauthenticated',
      });
      if (scope === 'worker') continue;
      const narrow = await fetch(urlOf(path), { method: method.toUpperCase(), headers: { authorization: `Bearer ${worker}` } });
      expect({ path, method, ...((await narrow.json()) as object) }).toMatchObject({ path, method, code: 'scope_insufficient' });
    }
  });
});

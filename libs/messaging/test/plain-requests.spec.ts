import 'reflect-metadata';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers as newHeaders } from '@nats-io/nats-core';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Failure } from '@otterpost/contracts/failure';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import type { Bus } from '../src/connection.ts';
import { OnPlainRequest, type PlainHeaders, plainRequestServer } from '../src/plain-requests.ts';
import { connect, eventually, listen } from './bus-fixture.ts';

let begun = 0;
let hold: Promise<void> = Promise.resolve();

@Controller()
class Counter {
  @OnPlainRequest('shop.v1.parcels.open')
  async open(body: unknown, headers: PlainHeaders): Promise<object> {
    begun++;
    await hold;
    if (headers.get('authorization') !== 'Bearer right') throw new Failure('unauthenticated', { detail: 'Who is there?' });
    return { body, key: headers.get('Idempotency-Key') ?? null };
  }
}

let server: Nats;
let bus: Bus;
let stranger: Bus;
let app: INestMicroservice;

beforeAll(async () => {
  server = await startNats();
  bus = await connect(server.url);
  stranger = await connect(server.url);
  app = await listen(Counter, plainRequestServer({ bus, service: 'shop' }));
});
afterAll(async () => {
  await app.close();
  await stranger.drain();
  await bus.drain();
  await server.stop();
});

async function ask(body: string, given: Record<string, string> = { Authorization: 'Bearer right' }) {
  const headers = newHeaders();
  for (const [name, value] of Object.entries(given)) headers.set(name, value);
  const reply = await stranger.connection.request('shop.v1.parcels.open', body, { headers, timeout: 5000 });
  return { status: reply.headers?.get('Status') || undefined, body: reply.json() };
}

describe('a plain request', () => {
  it('is answered with the plain answer', async () => {
    expect(await ask('{"number":7}')).toEqual({ status: undefined, body: { body: { number: 7 }, key: null } });
  });

  it('carries its headers, whatever their case', async () => {
    expect(await ask('{}', { authorization: 'Bearer right', 'IDEMPOTENCY-KEY': 'k1' })).toMatchObject({ body: { key: 'k1' } });
  });

  it('that fails is answered with a problem, told apart by its header', async () => {
    expect(await ask('{}', {})).toEqual({
      status: 'error',
      body: {
        type: '/docs#unauthenticated',
        title: 'A valid API key is needed',
        status: 401,
        detail: 'Who is there?',
        code: 'unauthenticated',
      },
    });
  });

  it.each(['', '{', 'null x', '\u0000'])('that is not JSON is answered with invalid_json: %j', async (body) => {
    expect(await ask(body)).toMatchObject({ status: 'error', body: { code: 'invalid_json', status: 400 } });
  });

  it('in hand is still answered when the service stops', async () => {
    begun = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    const asked = ask('{}');
    await eventually(() => begun === 1);
    const closed = app.close();
    resolve();
    await closed;
    expect(await asked).toMatchObject({ status: undefined });
  });
});

import 'reflect-metadata';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Failure } from '@otterpost/contracts/failure';
import { defineRequest } from '@otterpost/contracts/message';
import { type Nats, startNats } from '@otterpost/testkit/nats';
import * as z from 'zod';

import type { Bus } from '../src/connection.ts';
import { OnRequest } from '../src/on-request.ts';
import { createRequester, type Requester, requestServer } from '../src/request-reply.ts';
import { connect, eventually, listen } from './bus-fixture.ts';

const weighParcel = defineRequest(
  'parcels.weigh',
  z.object({ number: z.int(), unit: z.enum(['g', 'kg']).default('g') }),
  z.object({ weight: z.number(), unit: z.string(), by: z.string() }),
);

let answeredBy: string[] = [];
let hold: Promise<void> = Promise.resolve();

@Controller()
class Scales {
  readonly #name = 'scales';

  @OnRequest(weighParcel)
  async weigh({ number, unit }: { number: number; unit: 'g' | 'kg' }): Promise<{ weight: number; unit: string; by: string }> {
    answeredBy.push(this.#name);
    await hold;
    if (number === 404) throw new Failure('not_found', { detail: 'There is no parcel 404', context: { number } });
    if (number === 500) throw new Error('the scales broke at a secret place');
    if (number === 13) return { weight: 'heavy' } as never;
    return { weight: number * 10, unit, by: this.#name };
  }
}

let server: Nats;
let askers: Bus;
let answerers: Bus;
let requester: Requester;
let app: INestMicroservice | undefined;

const serve = (): Promise<INestMicroservice> => listen(Scales, requestServer({ bus: answerers, service: 'scales-service' }));

beforeAll(async () => {
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  answeredBy = [];
  hold = Promise.resolve();
  askers = await connect(server.url);
  answerers = await connect(server.url);
  requester = createRequester(askers);
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  await askers.drain();
  await answerers.drain();
});

describe('a request', () => {
  it('is answered, with the defaults of its contract filled in', async () => {
    app = await serve();
    expect(await requester.ask(weighParcel, { number: 7 })).toEqual({ weight: 70, unit: 'g', by: 'scales' });
  });

  it('fails at the asker with the failure that the answering method threw', async () => {
    app = await serve();
    await expect(requester.ask(weighParcel, { number: 404 })).rejects.toMatchObject({
      name: 'Failure',
      code: 'not_found',
      detail: 'There is no parcel 404',
      context: { number: 404 },
    });
  });

  it('tells the asker nothing of an error that was not meant for it', async () => {
    app = await serve();
    const failure = await requester.ask(weighParcel, { number: 500 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  it('whose answer failed for a reason of ours leaves the reason in the log of the answering service', async () => {
    const errors: unknown[] = [];
    const log = { log() {}, warn() {}, error: (message: unknown) => errors.push(message) };
    app = await listen(Scales, requestServer({ bus: answerers, service: 'scales-service' }), log);
    await requester.ask(weighParcel, { number: 404 }).catch(() => undefined);
    await requester.ask(weighParcel, { number: 500 }).catch(() => undefined);
    expect(errors).toMatchObject([{ code: 'internal', cause: { message: 'the scales broke at a secret place' } }]);
  });

  it('that does not fit its contract is refused before it is sent', async () => {
    app = await serve();
    await expect(requester.ask(weighParcel, { number: 0.5 })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'number' }],
    });
    expect(answeredBy).toEqual([]);
  });

  it('that was not checked by its asker is refused by the answering service', async () => {
    app = await serve();
    const reply = await askers.connection.request('parcels.weigh', JSON.stringify({ id: '1', data: { number: 'x' } }));
    expect(reply.json()).toMatchObject({ err: { code: 'invalid_request', errors: [{ path: 'number' }] } });
    expect(answeredBy).toEqual([]);
  });

  it('whose reply does not fit the contract fails', async () => {
    app = await serve();
    await expect(requester.ask(weighParcel, { number: 13 })).rejects.toMatchObject({ code: 'invalid_message' });
  });

  it('waits for a service that is not up yet', async () => {
    const asked = requester.ask(weighParcel, { number: 1 });
    app = await serve();
    expect(await asked).toMatchObject({ weight: 10 });
  });

  it('gets its own answer, however many are asked at once', async () => {
    app = await serve();
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    const answers = await Promise.all(numbers.map((number) => requester.ask(weighParcel, { number: number + 1000 })));
    expect(answers.map(({ weight }) => weight)).toEqual(numbers.map((number) => (number + 1000) * 10));
  });

  it('that was given up leaves its late answer to nobody', async () => {
    app = await serve();
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    await expect(requester.ask(weighParcel, { number: 1 }, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'service_unavailable',
    });
    resolve();
    expect(await requester.ask(weighParcel, { number: 2 })).toMatchObject({ weight: 20 });
  });

  it('fails with service_unavailable when nobody answers the subject in time', async () => {
    await expect(requester.ask(weighParcel, { number: 1 }, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'service_unavailable',
    });
  });

  it('fails with service_unavailable when the service takes too long, and is not asked twice', async () => {
    app = await serve();
    hold = new Promise(() => undefined);
    await expect(requester.ask(weighParcel, { number: 1 }, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'service_unavailable',
    });
    expect(answeredBy).toHaveLength(1);
    hold = Promise.resolve();
  });

  it('is answered by one replica only', async () => {
    app = await serve();
    const replica = await serve();
    for (let number = 0; number < 10; number++) await requester.ask(weighParcel, { number });
    expect(answeredBy).toHaveLength(10);
    await replica.close();
  });

  it('in hand is still answered when its service stops', async () => {
    app = await serve();
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    const asked = requester.ask(weighParcel, { number: 2 });
    await eventually(() => answeredBy.length === 1);
    const closed = app.close();
    resolve();
    await closed;
    app = undefined;
    expect(await asked).toMatchObject({ weight: 20 });
  });

  it('is answered again after NATS was killed and came back', async () => {
    app = await serve();
    await requester.ask(weighParcel, { number: 1 });
    await server.kill();
    await eventually(() => !askers.isConnected());
    const asked = requester.ask(weighParcel, { number: 3 }, { timeoutMs: 15_000 });
    await server.restart();
    expect(await asked).toMatchObject({ weight: 30 });
  }, 30_000);
});

import 'reflect-metadata';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Failure } from '@otterpost/contracts/failure';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import type { Bus } from '../src/connection.ts';
import { listDeadLetters, replayDeadLetter } from '../src/dead-letters.ts';
import { JetStreamStrategy, type JetStreamStrategyOptions } from '../src/jetstream-strategy.ts';
import { type EventContext, OnEvent } from '../src/on-event.ts';
import { createPublisher, type EventPublisher } from '../src/publish.ts';
import { declareStreams, STREAMS } from '../src/streams.ts';
import { connect, eventually, flipSealer, listen, parcelSent } from './bus-fixture.ts';

interface Seen {
  number: number;
  context: EventContext;
}

let seen: Seen[] = [];
let behave: (number: number, context: EventContext) => Promise<void> | void = () => undefined;

@Controller()
class ParcelHandler {
  @OnEvent(parcelSent)
  async take(parcel: { number: number }, context: EventContext): Promise<void> {
    seen.push({ number: parcel.number, context });
    await behave(parcel.number, context);
  }
}

let server: Nats;
let bus: Bus;
let publisher: EventPublisher;
let app: INestMicroservice | undefined;

function strategy(options: Partial<JetStreamStrategyOptions> = {}): JetStreamStrategy {
  return new JetStreamStrategy({ bus, sealer: flipSealer, service: 'parcel-counter', consumes: [parcelSent], ...options });
}

beforeAll(async () => {
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  seen = [];
  behave = () => undefined;
  bus = await connect(server.url);
  await declareStreams(bus);
  publisher = createPublisher(bus, flipSealer);
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  for (const { name } of Object.values(STREAMS)) await bus.manager.streams.delete(name);
  await bus.drain();
});

describe('an event', () => {
  it('reaches its handler with what the bus knows of it', async () => {
    app = await listen(ParcelHandler, strategy());
    const { sequence, duplicate } = await publisher.publish(parcelSent, { number: 1 }, { id: 'p1' });
    await eventually(() => seen.length === 1);
    expect(duplicate).toBe(false);
    expect(seen[0]).toMatchObject({
      number: 1,
      context: { messageId: 'p1', redelivered: false, deliveryCount: 1, stream: 'MAIL_READ', sequence },
    });
  });

  it('is stored once when it is published twice under one id', async () => {
    app = await listen(ParcelHandler, strategy());
    await publisher.publish(parcelSent, { number: 1 }, { id: 'p1' });
    expect((await publisher.publish(parcelSent, { number: 1 }, { id: 'p1' })).duplicate).toBe(true);
    await publisher.publish(parcelSent, { number: 2 }, { id: 'p2' });
    await eventually(() => seen.length === 2);
    expect(seen.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('lies sealed in the stream', async () => {
    await publisher.publish(parcelSent, { number: 1, filling: 'in plain sight' }, { id: 'p1' });
    const stored = await bus.manager.streams.getMessage('MAIL_READ', { last_by_subj: 'mail.read' });
    expect(Buffer.from(stored?.data ?? []).includes('in plain sight')).toBe(false);
  });

  it('that was published before its service first started is handled when it starts', async () => {
    await publisher.publish(parcelSent, { number: 1 }, { id: 'p1' });
    app = await listen(ParcelHandler, strategy());
    await eventually(() => seen.length === 1);
  });

  it('comes again until its handler succeeds', async () => {
    behave = (_number, { deliveryCount }) => {
      if (deliveryCount < 3) throw new Error('not yet');
    };
    app = await listen(ParcelHandler, strategy());
    await publisher.publish(parcelSent, { number: 1 }, { id: 'p1' });
    await eventually(() => seen.length === 3);
    expect(seen.map(({ context }) => context.deliveryCount)).toEqual([1, 2, 3]);
    expect(await listDeadLetters(bus)).toEqual([]);
  });

  it('is tried again in place, without a new delivery, while what the service stands on is away', async () => {
    behave = () => {
      if (seen.length < 4) throw new Failure('database_unavailable');
    };
    app = await listen(ParcelHandler, strategy());
    await publisher.publish(parcelSent, { number: 1 }, { id: 'p1' });
    await eventually(() => seen.length === 4);
    expect(seen.map(({ context }) => context.deliveryCount)).toEqual([1, 1, 1, 1]);
  });

  it('that can never be handled goes to the dead letters at once, and comes back when it is replayed', async () => {
    behave = (number) => {
      if (number === 13 && seen.length === 1) throw new Failure('invalid_message', { detail: 'a parcel without an address' });
    };
    app = await listen(ParcelHandler, strategy());
    await publisher.publish(parcelSent, { number: 13 }, { id: 'p13' });
    await eventually(async () => (await listDeadLetters(bus)).length === 1);
    const [letter] = await listDeadLetters(bus);
    expect(letter).toMatchObject({
      event: 'mail.read',
      messageId: 'p13',
      consumer: 'parcel-counter',
      failure: 'invalid_message',
      detail: 'a parcel without an address',
      deliveries: 1,
    });
    await replayDeadLetter(bus, letter?.sequence ?? 0);
    await eventually(() => seen.length === 2);
    expect(seen[1]).toMatchObject({ number: 13, context: { messageId: 'p13' } });
    expect(await listDeadLetters(bus)).toEqual([]);
  });

  it('that keeps failing goes to the dead letters after its deliveries are used up; the others move on', async () => {
    behave = (number) => {
      if (number === 13) throw new Error('always');
    };
    app = await listen(ParcelHandler, strategy({ maxDeliveries: 3 }));
    await publisher.publish(parcelSent, { number: 13 }, { id: 'p13' });
    await publisher.publish(parcelSent, { number: 14 }, { id: 'p14' });
    await eventually(async () => (await listDeadLetters(bus)).length === 1);
    expect(await listDeadLetters(bus)).toMatchObject([{ messageId: 'p13', failure: 'internal', deliveries: 3 }]);
    expect(seen.filter(({ number }) => number === 14)).toHaveLength(1);
  });

  it('that nobody here can open goes to the dead letters', async () => {
    app = await listen(ParcelHandler, strategy());
    await bus.jetstream.publish('mail.read', 'not sealed at all', { msgID: 'p1' });
    await eventually(async () => (await listDeadLetters(bus)).length === 1, 30_000);
    expect(seen).toEqual([]);
  });

  it('is not given to another while its handler still works on it', async () => {
    const working = Promise.withResolvers<void>();
    behave = () => working.promise;
    app = await listen(ParcelHandler, strategy());
    await publisher.publish(parcelSent, { number: 1 }, { id: 'p1' });
    await eventually(() => seen.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 7000));
    working.resolve();
    await app.close();
    app = await listen(ParcelHandler, strategy());
    await publisher.publish(parcelSent, { number: 2 }, { id: 'p2' });
    await eventually(() => seen.some(({ number }) => number === 2));
    expect(seen.map(({ number }) => number)).toEqual([1, 2]);
  }, 30_000);

  it('of any size is consumed without a stall, from a backlog larger than the server lets a client fall behind', async () => {
    const filling = 'x'.repeat(400 * 1024);
    const backlog = Array.from({ length: 200 }, (_, index) => index + 1);
    for (const number of backlog) await publisher.publish(parcelSent, { number, filling }, { id: `p${number}` });
    app = await listen(ParcelHandler, strategy());
    // Past the server's 64 MiB for a slow client the library would stand still for 30 s.
    await eventually(() => seen.length >= backlog.length, 20_000);
    expect(new Set(seen.map(({ number }) => number)).size).toBe(backlog.length);
    expect(seen.filter(({ context }) => context.redelivered)).toEqual([]);
  }, 60_000);

  it('is shared among the replicas of a service', async () => {
    const elsewhere = await connect(server.url);
    app = await listen(ParcelHandler, strategy());
    const replica = await listen(ParcelHandler, strategy({ bus: elsewhere }));
    for (let number = 1; number <= 50; number++) await publisher.publish(parcelSent, { number }, { id: `p${number}` });
    await eventually(() => seen.length >= 50);
    await replica.close();
    await elsewhere.drain();
    expect(seen.map(({ number }) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });
});

describe('the start of a service', () => {
  @Controller()
  class NoHandler {}

  it('fails when it declares to consume an event that no method takes', async () => {
    await expect(listen(NoHandler, strategy())).rejects.toThrow(
      'parcel-counter consumes mail.read but has no @OnEvent method for it',
    );
  });

  it('fails when a method takes an event that it does not declare to consume', async () => {
    await expect(listen(ParcelHandler, strategy({ consumes: [] }))).rejects.toThrow('does not declare to consume it');
  });
});

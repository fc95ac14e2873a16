import 'reflect-metadata';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Failure } from '@otterpost/contracts/failure';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import { type Bus, connectBus } from '../src/connection.ts';
import { JetStreamStrategy } from '../src/jetstream-strategy.ts';
import { type EventContext, OnEvent } from '../src/on-event.ts';
import { createPublisher, type EventPublisher } from '../src/publish.ts';
import { declareStreams } from '../src/streams.ts';
import { connect, eventually, flipSealer, listen, parcelSent, silent } from './bus-fixture.ts';

let handled: number[] = [];
let contexts: EventContext[] = [];
let behave: (number: number) => Promise<void> | void = () => undefined;

@Controller()
class ParcelHandler {
  @OnEvent(parcelSent)
  async take({ number }: { number: number }, context: EventContext): Promise<void> {
    contexts.push(context);
    await behave(number);
    handled.push(number);
  }
}

let server: Nats;
let bus: Bus;
let publisher: EventPublisher;
let app: INestMicroservice;

const serve = (on: Bus): Promise<INestMicroservice> =>
  listen(
    ParcelHandler,
    new JetStreamStrategy({ bus: on, sealer: flipSealer, service: 'parcel-counter', consumes: [parcelSent] }),
  );

/** As a service does: what was not acknowledged is published again, under the same id. */
async function publishUntilAcknowledged(number: number): Promise<void> {
  for (;;) {
    try {
      await publisher.publish(parcelSent, { number }, { id: `parcel-${number}` });
      return;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'bus_unavailable') throw error;
    }
  }
}

beforeEach(async () => {
  handled = [];
  contexts = [];
  behave = () => undefined;
  server = await startNats();
  bus = await connect(server.url);
  await declareStreams(bus);
  publisher = createPublisher(bus, flipSealer);
  app = await serve(bus);
});
afterEach(async () => {
  await app.close();
  await bus.drain();
  await server.stop();
});

const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);
const allHandled = (count: number) => (): boolean => numbers(count).every((number) => handled.includes(number));

describe('a NATS server that is killed', () => {
  it('loses nothing that was acknowledged, and is found again by publishers and handlers', async () => {
    behave = () => new Promise((resolve) => setTimeout(resolve, 5));
    const publishing = (async () => {
      for (const number of numbers(400)) await publishUntilAcknowledged(number);
    })();
    for (const seen of [50, 150, 250]) {
      await eventually(() => handled.length >= seen);
      await server.kill();
      await server.restart();
    }
    await publishing;
    await eventually(allHandled(400), 30_000);
  }, 90_000);

  it('delays a publisher that waits, without failing it', async () => {
    await server.kill();
    await eventually(() => !bus.isConnected());
    const published = publisher.publish(parcelSent, { number: 1 }, { id: 'parcel-1' });
    await server.restart();
    await published;
    await eventually(() => handled.includes(1));
  }, 30_000);

  it('fails a publisher with bus_unavailable when it stays away', async () => {
    await server.kill();
    await expect(publisher.publish(parcelSent, { number: 1 }, { id: 'parcel-1' })).rejects.toMatchObject({
      code: 'bus_unavailable',
    });
    await server.restart();
    await eventually(() => bus.isConnected());
  }, 30_000);
});

describe('a NATS server that is frozen for longer than pings allow', () => {
  it('is noticed, and after it thaws everything goes on without a restart', async () => {
    await publishUntilAcknowledged(0);
    await eventually(allHandled(1));
    server.freeze();
    const published = publishUntilAcknowledged(1);
    await eventually(() => !bus.isConnected(), 15_000);
    server.thaw();
    await published;
    await publishUntilAcknowledged(2);
    await eventually(allHandled(3));
  }, 60_000);

  it('does not make a handler repeat what it has in hand', async () => {
    const working = Promise.withResolvers<void>();
    behave = () => working.promise;
    await publishUntilAcknowledged(0);
    await eventually(() => contexts.length === 1);
    server.freeze();
    await eventually(() => !bus.isConnected(), 15_000);
    server.thaw();
    await eventually(() => bus.isConnected());
    behave = () => undefined;
    await publishUntilAcknowledged(1);
    await eventually(() => handled.includes(1));
    working.resolve();
    await eventually(() => handled.includes(0));
    await eventually(async () => (await bus.manager.consumers.info('MAIL_READ', 'parcel-counter')).num_ack_pending === 0);
    expect(handled.toSorted()).toEqual([0, 1]);
  }, 60_000);
});

describe('a NATS server whose store was wiped', () => {
  it('gets its streams and consumers back, and everything goes on without a restart', async () => {
    await publishUntilAcknowledged(0);
    await eventually(allHandled(1));
    await server.kill();
    await server.wipe();
    await server.restart();
    for (const number of numbers(20, 1)) await publishUntilAcknowledged(number);
    await eventually(allHandled(21));
  }, 60_000);

  it('does not lose a new event to the late answer for an old one with the same sequence', async () => {
    const holdOld = Promise.withResolvers<void>();
    const holdNew = Promise.withResolvers<void>();
    behave = (number) => (number === 0 ? holdOld.promise : holdNew.promise);
    await publishUntilAcknowledged(0);
    await eventually(() => contexts.length === 1);
    await server.kill();
    await server.wipe();
    await server.restart();
    await publishUntilAcknowledged(1);
    await eventually(() => contexts.length === 2);
    expect(contexts[1]?.sequence).toBe(contexts[0]?.sequence);
    holdOld.resolve();
    await eventually(() => handled.includes(0));
    // The old answer would have been sent by the time that a round trip is over.
    await bus.connection.flush();
    expect((await bus.manager.consumers.info('MAIL_READ', 'parcel-counter')).num_ack_pending).toBe(1);
    holdNew.resolve();
    await eventually(() => handled.includes(1));
  }, 60_000);
});

describe('a process that dies with an event in hand', () => {
  it('leaves it to another replica, which is told so', async () => {
    const other = await connect(server.url);
    const replica = await serve(other);
    await app.close();
    const dead = Promise.withResolvers<void>();
    behave = () => dead.promise;
    await publishUntilAcknowledged(0);
    await eventually(() => contexts.length === 1);
    // No answer, no sign of life: as after kill -9.
    await other.connection.close();
    behave = () => undefined;
    app = await serve(bus);
    await eventually(() => handled.includes(0));
    expect(contexts.at(-1)).toMatchObject({ redelivered: true, deliveryCount: 2 });
    dead.resolve();
    await replica.close();
  }, 60_000);
});

describe('a connection', () => {
  it('is made when the server comes up after its service', async () => {
    await server.kill();
    const connecting = connectBus({ servers: server.url, name: 'early', logger: silent });
    await server.restart();
    const early = await connecting;
    expect(early.isConnected()).toBe(true);
    await early.drain();
  }, 30_000);

  it('ends at once, without an error, when it is drained while the server is away', async () => {
    const lonely = await connect(server.url);
    await server.kill();
    await eventually(() => !lonely.isConnected());
    await lonely.drain();
    expect(lonely.isClosing()).toBe(true);
    await server.restart();
  }, 30_000);

  it('carries announcements again after the server was killed', async () => {
    const heard: unknown[] = [];
    bus.subscribe('parcels.*.events', (subject, value) => heard.push([subject, value]));
    await server.kill();
    await server.restart();
    await eventually(() => bus.isConnected());
    await eventually(() => {
      bus.publishJson('parcels.7.events', { event: 'sent' });
      return heard.length > 0;
    });
    expect(heard[0]).toEqual(['parcels.7.events', { event: 'sent' }]);
  }, 30_000);
});

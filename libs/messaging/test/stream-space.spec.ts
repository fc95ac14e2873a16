import 'reflect-metadata';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AckPolicy } from '@nats-io/jetstream';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import type { Bus } from '../src/connection.ts';
import { createPublisher, type EventPublisher } from '../src/publish.ts';
import { DUPLICATE_WINDOW_MS, declareStreams, ensureStream, STREAMS } from '../src/streams.ts';
import { StreamTrimmer } from '../src/trim-stream.ts';
import { connect, flipSealer, parcelSent } from './bus-fixture.ts';

const STREAM = 'MAIL_READ';
const SMALL = { ...STREAMS.MAIL_READ, maxBytes: 64 * 1024 };
const KIB = 'x'.repeat(1000);

let server: Nats;
let bus: Bus;
let publisher: EventPublisher;

beforeAll(async () => {
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  bus = await connect(server.url);
  await declareStreams(bus, [SMALL]);
  publisher = createPublisher(bus, flipSealer);
});
afterEach(async () => {
  await bus.manager.streams.delete(STREAM);
  await bus.drain();
});

async function publish(from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) {
    await publisher.publish(parcelSent, { number, filling: KIB }, { id: `parcel-${number}` });
  }
}

async function addConsumer(durable: string): Promise<void> {
  await bus.manager.consumers.add(STREAM, { durable_name: durable, ack_policy: AckPolicy.Explicit });
}

async function acknowledge(durable: string, count: number): Promise<void> {
  const consumer = await bus.jetstream.consumers.get(STREAM, durable);
  for await (const message of await consumer.fetch({ max_messages: count, expires: 5000 })) await message.ackAck();
}

async function stored(): Promise<{ messages: number; first_seq: number }> {
  return (await bus.manager.streams.info(STREAM)).state;
}

describe('a stream', () => {
  it('keeps an acknowledged event for the duplicate window, then gives it up', async () => {
    await addConsumer('a');
    await publish(1, 5);
    await acknowledge('a', 3);
    const trimmer = new StreamTrimmer(bus, SMALL);
    await trimmer.trim(0);
    await trimmer.trim(DUPLICATE_WINDOW_MS - 1);
    expect(await stored()).toMatchObject({ messages: 5 });
    await trimmer.trim(DUPLICATE_WINDOW_MS);
    expect(await stored()).toMatchObject({ messages: 2, first_seq: 4 });
  });

  it('gives up what only one of two consumers has acknowledged neither early nor late', async () => {
    await addConsumer('a');
    await addConsumer('b');
    await publish(1, 5);
    await acknowledge('a', 5);
    await acknowledge('b', 2);
    const trimmer = new StreamTrimmer(bus, SMALL);
    await trimmer.trim(0);
    await trimmer.trim(DUPLICATE_WINDOW_MS);
    expect(await stored()).toMatchObject({ messages: 3, first_seq: 3 });
  });

  it('gives up nothing that no consumer has seen', async () => {
    await publish(1, 60 - 20);
    await new StreamTrimmer(bus, SMALL).trim(0);
    expect(await stored()).toMatchObject({ messages: 40 });
  });

  it('that is more than half full gives up acknowledged events at once', async () => {
    await addConsumer('a');
    await publish(1, 40);
    await acknowledge('a', 30);
    await new StreamTrimmer(bus, SMALL).trim(0);
    expect(await stored()).toMatchObject({ messages: 10, first_seq: 31 });
  });

  it('that is full makes room for a publisher out of what is acknowledged', async () => {
    await addConsumer('a');
    await publish(1, 50);
    await acknowledge('a', 50);
    await publish(51, 100);
    expect((await stored()).first_seq).toBe(51);
  });

  it('that is full of unacknowledged events refuses new ones and keeps the old', async () => {
    await addConsumer('a');
    const overfill = publish(1, 200);
    await expect(overfill).rejects.toMatchObject({ code: 'bus_unavailable' });
    const { first_seq } = await stored();
    expect(first_seq).toBe(1);
  }, 30_000);

  it('made anew begins its trimming anew', async () => {
    const trimmer = new StreamTrimmer(bus, SMALL);
    await addConsumer('a');
    await publish(1, 10);
    await acknowledge('a', 10);
    await trimmer.trim(0);
    await bus.manager.streams.delete(STREAM);
    await ensureStream(bus, SMALL);
    await addConsumer('a');
    await publish(11, 15);
    await acknowledge('a', 2);
    await trimmer.trim(DUPLICATE_WINDOW_MS);
    expect(await stored()).toMatchObject({ messages: 5, first_seq: 1 });
  });
});

describe('the declaration of a stream', () => {
  it('asks for everything by name: limits, no eviction, bytes, age and duplicate window', async () => {
    await declareStreams(bus);
    const { config } = await bus.manager.streams.info(STREAM);
    expect(config).toMatchObject({
      retention: 'limits',
      discard: 'new',
      storage: 'file',
      max_bytes: STREAMS.MAIL_READ.maxBytes,
      max_age: 24 * 3600 * 1e9,
      duplicate_window: DUPLICATE_WINDOW_MS * 1e6,
    });
    for (const name of ['MAIL_RECEIVED', 'DEAD_LETTERS']) await bus.manager.streams.delete(name);
  });

  it('brings a stream of an older version in line and keeps what is in it', async () => {
    await publish(1, 3);
    await ensureStream(bus, { ...SMALL, maxBytes: 128 * 1024 });
    const { config, state } = await bus.manager.streams.info(STREAM);
    expect([config.max_bytes, state.messages]).toEqual([128 * 1024, 3]);
  });
});

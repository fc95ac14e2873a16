import { JetStreamApiError, type PubAck } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/nats-core';
import { Failure } from '@otterpost/contracts/failure';
import type { EventContract } from '@otterpost/contracts/message';
import type * as z from 'zod';

import type { Bus } from './connection.ts';
import { encodeEvent } from './event-codec.ts';
import type { PayloadSealer } from './sealer.ts';
import { ensureStream, streamOf } from './streams.ts';
import { relieve } from './trim-stream.ts';
import { wait } from './wait.ts';

const DEADLINE_MS = 5000;
/** An ack that takes longer was lost with a connection; the message id makes the repeat harmless. */
const ATTEMPT_MS = 1000;
const PAUSE_MS = 50;
/** "maximum bytes exceeded" (nats-server's errors.json, JSStreamStoreFailedF). */
const STREAM_FULL = 10_077;

export interface PublishOptions {
  /** The same id within the stream's duplicate window is stored once. */
  readonly id: string;
}

export interface Published {
  readonly sequence: number;
  /** The stream had this id already. */
  readonly duplicate: boolean;
}

export interface EventPublisher {
  /**
   * Resolves when the stream has stored the event. Tries again over reconnects, restarts and wiped stores, for 5 s at most.
   *
   * @throws Failure `bus_unavailable`: it may or may not be stored; `payload_too_large`, `invalid_message`: it is not.
   */
  publish<C extends EventContract>(contract: C, payload: z.input<C['payload']>, options: PublishOptions): Promise<Published>;
}

export function createPublisher(bus: Bus, sealer: PayloadSealer): EventPublisher {
  return {
    async publish(contract, payload, { id }) {
      return publishSealed(bus, contract, encodeEvent(contract, payload, sealer), { id });
    },
  };
}

/** Publishes bytes that are sealed already, with the same promises. */
export async function publishSealed(
  bus: Bus,
  target: { stream: string; subject: string },
  sealed: Uint8Array,
  { id, headers }: PublishOptions & { headers?: Readonly<Record<string, string>> },
): Promise<Published> {
  if (sealed.length > bus.maxPayload - 1024) {
    throw new Failure('payload_too_large', {
      detail: 'The message is larger than the bus carries',
      context: { bytes: sealed.length },
    });
  }
  const began = performance.now();
  const leftMs = (): number => DEADLINE_MS - (performance.now() - began);
  let cause: unknown;
  while (leftMs() > 0) {
    if (bus.isClosing()) throw new Failure('bus_unavailable', { detail: 'This instance is shutting down', cause });
    if (!(await bus.waitUntilConnected(leftMs()))) break;
    try {
      const { seq, duplicate } = await attempt(bus, target.subject, sealed, {
        id,
        timeout: Math.min(ATTEMPT_MS, leftMs() + 1),
        headers,
      });
      return { sequence: seq, duplicate };
    } catch (error) {
      cause = error;
      await mend(bus, target, error);
      await wait(PAUSE_MS);
    }
  }
  throw new Failure('bus_unavailable', { detail: `No acknowledgement within ${DEADLINE_MS} ms`, cause, context: { id } });
}

interface Attempt {
  readonly id: string;
  readonly timeout: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

function attempt(bus: Bus, subject: string, sealed: Uint8Array, { id, timeout, headers = {} }: Attempt): Promise<PubAck> {
  const carried = newHeaders();
  for (const [name, value] of Object.entries(headers)) carried.set(name, value);
  return bus.jetstream.publish(subject, sealed, { msgID: id, timeout, headers: carried });
}

/** Removes what kept the message out, where that lies with us: a stream that is gone, or full of what is done with. */
async function mend(bus: Bus, target: { stream: string; subject: string }, error: unknown): Promise<void> {
  const spec = streamOf(target);
  try {
    if (error instanceof JetStreamApiError && error.code === STREAM_FULL) await relieve(bus, spec);
    // Nobody answered: no stream takes this subject, or JetStream is not up yet.
    else if (error instanceof Error && error.name === 'JetStreamNotEnabled') await ensureStream(bus, spec);
  } catch (mending) {
    bus.logger.debug({ err: mending, stream: spec.name }, 'a stream could not be mended yet');
  }
}

import { JetStreamApiCodes, JetStreamApiError, type JsMsg, type StoredMsg } from '@nats-io/jetstream';
import { Failure } from '@otterpost/contracts/failure';

import type { Bus } from './connection.ts';
import { publishSealed } from './publish.ts';
import { STREAMS } from './streams.ts';

/** Set on events that carry on under another id: the one they were published with first. */
export const ORIGINAL_ID = 'Otterpost-Message-Id';
const SUBJECT_PREFIX = 'dead_letters.';
const HEADERS = {
  failure: 'Otterpost-Failure',
  detail: 'Otterpost-Detail',
  consumer: 'Otterpost-Consumer',
  deliveries: 'Otterpost-Deliveries',
  stream: 'Otterpost-Stream',
} as const;

/** An event that no consumer could take, as it is listed: never its payload, which stays sealed. */
export interface DeadLetter {
  /** Its number among the dead letters; names it in `replayDeadLetter`. */
  readonly sequence: number;
  readonly event: string;
  readonly stream: string;
  readonly messageId: string;
  /** The durable consumer that gave it up. */
  readonly consumer: string;
  readonly failure: string;
  readonly detail: string;
  readonly deliveries: number;
  readonly buriedAt: Date;
}

/** The id an event was published with, also when it is a replay. */
export function messageIdOf(message: Pick<JsMsg, 'headers'>): string {
  return message.headers?.get(ORIGINAL_ID) || message.headers?.get('Nats-Msg-Id') || '';
}

/** Keeps the event aside, sealed as it is, with the reason. Once only, however often it is repeated. */
export async function bury(bus: Bus, message: JsMsg, failure: Failure): Promise<void> {
  const { stream, consumer, timestampNanos, deliveryCount } = message.info;
  const id = messageIdOf(message);
  await publishSealed(bus, { stream: STREAMS.DEAD_LETTERS.name, subject: SUBJECT_PREFIX + message.subject }, message.data, {
    id: `${consumer}:${id}:${timestampNanos}`,
    headers: {
      [ORIGINAL_ID]: id,
      [HEADERS.failure]: failure.code,
      [HEADERS.detail]: toHeaderText(failure.message),
      [HEADERS.consumer]: consumer,
      [HEADERS.deliveries]: String(deliveryCount),
      [HEADERS.stream]: stream,
    },
  });
}

/** The dead letters from the oldest on, at most `limit` of them, after the given sequence. */
export async function listDeadLetters(bus: Bus, { after = 0, limit = 100 } = {}): Promise<DeadLetter[]> {
  const { state } = await answered(bus.manager.streams.info(STREAMS.DEAD_LETTERS.name));
  const letters: DeadLetter[] = [];
  for (let sequence = Math.max(after + 1, state.first_seq); sequence <= state.last_seq && letters.length < limit; sequence++) {
    const stored = await findStored(bus, sequence);
    if (stored !== undefined) letters.push(toDeadLetter(stored));
  }
  return letters;
}

/**
 * Publishes a dead letter on its own subject again, for all consumers of it, and forgets it.
 *
 * @throws Failure `not_found`
 */
export async function replayDeadLetter(bus: Bus, sequence: number): Promise<void> {
  const stored = await storedOf(bus, sequence);
  const { event, stream, messageId } = toDeadLetter(stored);
  // The stream may still remember the first id, and would drop the replay as a duplicate.
  await publishSealed(bus, { stream, subject: event }, stored.data, {
    id: `${messageId}:replay:${sequence}`,
    headers: { [ORIGINAL_ID]: messageId },
  });
  await answered(bus.manager.streams.deleteMessage(STREAMS.DEAD_LETTERS.name, sequence));
}

/** @throws Failure `not_found` */
export async function findDeadLetter(bus: Bus, sequence: number): Promise<DeadLetter> {
  return toDeadLetter(await storedOf(bus, sequence));
}

/** @throws Failure `not_found` */
export async function discardDeadLetter(bus: Bus, sequence: number): Promise<void> {
  await storedOf(bus, sequence);
  await answered(bus.manager.streams.deleteMessage(STREAMS.DEAD_LETTERS.name, sequence));
}

async function storedOf(bus: Bus, sequence: number): Promise<StoredMsg> {
  const stored = await findStored(bus, sequence);
  if (stored === undefined) throw new Failure('not_found', { detail: `There is no dead letter ${sequence}` });
  return stored;
}

async function findStored(bus: Bus, sequence: number): Promise<StoredMsg | undefined> {
  try {
    return (await answered(bus.manager.streams.getMessage(STREAMS.DEAD_LETTERS.name, { seq: sequence }))) ?? undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.NoMessageFound) return undefined;
    throw error;
  }
}

/** What JetStream says passes; where nobody says anything, the bus is away. */
async function answered<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((cause: unknown) => {
    throw cause instanceof JetStreamApiError ? cause : new Failure('bus_unavailable', { cause });
  });
}

function toDeadLetter({ seq, subject, header, time }: StoredMsg): DeadLetter {
  return {
    sequence: seq,
    event: subject.slice(SUBJECT_PREFIX.length),
    stream: header.get(HEADERS.stream),
    messageId: header.get(ORIGINAL_ID),
    consumer: header.get(HEADERS.consumer),
    failure: header.get(HEADERS.failure),
    detail: header.get(HEADERS.detail),
    deliveries: Number(header.get(HEADERS.deliveries)),
    buriedAt: time,
  };
}

/** Headers are lines of ASCII (ADR-4 of NATS); a detail may be anything. */
function toHeaderText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 500);
}

import type { NatsConnection } from '@nats-io/nats-core';
import { ClientNats, type CustomTransportStrategy } from '@nestjs/microservices';
import { EmptyResponseException } from '@nestjs/microservices/errors/empty-response.exception.js';
import { Failure } from '@otterpost/contracts/failure';
import type { ReplyOf, RequestContract, RequestOf } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';
import { firstValueFrom, TimeoutError, timeout } from 'rxjs';

import type { Bus } from './connection.ts';
import { SharedConnectionServer } from './shared-connection-server.ts';
import { wait } from './wait.ts';
import { fromWireFailure } from './wire-failure.ts';

const DEFAULT_TIMEOUT_MS = 5000;
/** Between tries while nobody answers a subject: a restart of the answering service only delays. */
const NOBODY_PAUSE_MS = 100;

export interface AskOptions {
  /** Default 5 s. */
  readonly timeoutMs?: number;
}

export interface Requester {
  /**
   * Asks once; asks again only as long as nobody has taken the request. Request and reply are checked by the contract.
   *
   * @throws Failure what the answering method threw; `service_unavailable` when there was no answer in time: the request may or
   * may not have been carried out.
   */
  ask<C extends RequestContract>(contract: C, request: RequestOf<C>, options?: AskOptions): Promise<ReplyOf<C>>;
}

export function createRequester(bus: Bus): Requester {
  const client = new SharedConnectionClient(bus);
  return {
    async ask(contract, request, { timeoutMs = DEFAULT_TIMEOUT_MS } = {}) {
      const checked = parseOrFail(contract.request, request);
      const reply = await askUntilTaken(bus, client, contract, checked, timeoutMs);
      return parseOrFail(contract.reply, reply, 'invalid_message') as ReplyOf<typeof contract>;
    },
  };
}

/** Nest's NATS client on the process's one connection. */
class SharedConnectionClient extends ClientNats {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super({});
    this.#bus = bus;
  }

  override async createClient(): Promise<NatsConnection & Record<string, unknown>> {
    return this.#bus.connection as NatsConnection & Record<string, unknown>;
  }

  /** The bus logs its own status and knows whether it is connected. */
  override async handleStatusUpdates(): Promise<void> {}
}

async function askUntilTaken(
  bus: Bus,
  client: ClientNats,
  contract: RequestContract,
  request: unknown,
  timeoutMs: number,
): Promise<unknown> {
  const began = performance.now();
  const leftMs = (): number => timeoutMs - (performance.now() - began);
  while (leftMs() > 0 && (await bus.waitUntilConnected(leftMs()))) {
    const outcome = await askOnce(client, contract.subject, request, Math.max(1, leftMs()));
    if (outcome.kind === 'reply') return outcome.reply;
    if (outcome.kind === 'late') break;
    await wait(NOBODY_PAUSE_MS);
  }
  throw new Failure('service_unavailable', { detail: `No answer to ${contract.subject} within ${timeoutMs} ms` });
}

type Outcome = { kind: 'reply'; reply: unknown } | { kind: 'nobody' } | { kind: 'late' };

async function askOnce(client: ClientNats, subject: string, request: unknown, timeoutMs: number): Promise<Outcome> {
  try {
    return { kind: 'reply', reply: await firstValueFrom(client.send<unknown>(subject, request).pipe(timeout(timeoutMs))) };
  } catch (error) {
    if (error instanceof TimeoutError) return { kind: 'late' };
    // NATS itself answers in nobody's name, with an empty message (status 503).
    if (error instanceof EmptyResponseException) return { kind: 'nobody' };
    throw error instanceof Error ? error : fromWireFailure(error);
  }
}

/**
 * Nest's NATS transport for the `@OnRequest` methods of a service, on the process's one connection. Replicas share the requests.
 * Use as `app.connectMicroservice({ strategy: requestServer({ bus, service }) })`; closing it ends what is in hand and leaves
 * the connection open.
 */
export function requestServer({ bus, service }: { bus: Bus; service: string }): CustomTransportStrategy {
  return new SharedConnectionServer(bus, service);
}

import { createInbox } from '@nats-io/nats-core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { Failure } from '@otterpost/contracts/failure';
import type { ReplyOf, RequestContract, RequestOf } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';

import type { Bus } from './connection.ts';
import { ReplyInbox } from './reply-inbox.ts';
import { SharedConnectionServer } from './shared-connection-server.ts';
import { wait } from './wait.ts';
import { fromWireFailure } from './wire-failure.ts';

const DEFAULT_TIMEOUT_MS = 5000;
/** Between tries while nobody answers a subject: a restart of the answering service only delays. */
const NOBODY_PAUSE_MS = 100;

export interface AskOptions {
  /** Default 5 s. */
  readonly timeoutMs?: number;
  /** Somebody waits for just this: it leaves at once, and not with all else that is asked in this turn of the event loop. */
  readonly isUrgent?: boolean;
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
  const inbox = new ReplyInbox(bus.connection, createInbox());
  return {
    async ask(contract, request, { timeoutMs = DEFAULT_TIMEOUT_MS, isUrgent = false } = {}) {
      const checked = parseOrFail(contract.request, request);
      const reply = await askUntilTaken({ bus, inbox, isUrgent }, contract, checked, timeoutMs);
      return parseOrFail(contract.reply, reply, 'invalid_message') as ReplyOf<typeof contract>;
    },
  };
}

interface Asker {
  readonly bus: Bus;
  readonly inbox: ReplyInbox;
  readonly isUrgent: boolean;
}

async function askUntilTaken(
  { bus, inbox, isUrgent }: Asker,
  contract: RequestContract,
  request: unknown,
  timeoutMs: number,
): Promise<unknown> {
  const began = performance.now();
  const leftMs = (): number => timeoutMs - (performance.now() - began);
  while (leftMs() > 0 && (await bus.waitUntilConnected(leftMs()))) {
    const outcome = await askOnce(inbox, contract.subject, request, { timeoutMs: Math.max(1, leftMs()), isUrgent });
    if (outcome.kind === 'reply') return outcome.reply;
    if (outcome.kind === 'late') break;
    await wait(NOBODY_PAUSE_MS);
  }
  throw new Failure('service_unavailable', { detail: `No answer to ${contract.subject} within ${timeoutMs} ms` });
}

type Outcome = { kind: 'reply'; reply: unknown } | { kind: 'nobody' } | { kind: 'late' };

/** In the form of Nest's NATS transport, which wants an id and makes no use of it: the reply's subject names the request. */
async function askOnce(inbox: ReplyInbox, subject: string, data: unknown, how: Required<AskOptions>): Promise<Outcome> {
  const answer = await inbox.ask(subject, JSON.stringify({ pattern: subject, data, id: 'asked' }), how);
  if (answer.kind !== 'message') return answer;
  const { err, response } = answer.message.json<{ err?: unknown; response?: unknown }>();
  if (err !== undefined && err !== null) throw fromWireFailure(err);
  return { kind: 'reply', reply: response };
}

/**
 * Nest's NATS transport for the `@OnRequest` methods of a service, on the process's one connection. Replicas share the requests.
 * Use as `app.connectMicroservice({ strategy: requestServer({ bus, service }) })`; closing it ends what is in hand and leaves
 * the connection open.
 */
export function requestServer({ bus, service }: { bus: Bus; service: string }): CustomTransportStrategy {
  return new SharedConnectionServer(bus, service);
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Ticket } from '@otterpost/contracts/tickets';

/** Where the suite is, and the key to it. */
export interface Door {
  readonly url: string;
  readonly key: string;
}

export interface Wish {
  readonly site: string;
  readonly recipient: string;
  readonly manual?: boolean;
  readonly expiresIn?: number;
}

const RETRY_AFTER_MS = 100;
/** A held request is let go by the gateway after this; the worker then asks again by the same key. */
const WAIT_SECONDS = 30;

/**
 * What every worker does: opens a ticket under a key of its own and waits. However often a service dies on the way, the
 * same key finds the same ticket. Ends when the ticket has ended.
 */
export async function waitForCode(door: Door, wish: Wish, onOpen?: (ticket: Ticket) => void): Promise<Ticket> {
  const key = randomUUID();
  const ask = (wait: number): Promise<Ticket> => untilAnswered(() => openTicket(door, wish, key, wait));
  let ticket = await ask(0);
  onOpen?.(ticket);
  while (ticket.status === 'open') ticket = await ask(WAIT_SECONDS);
  return ticket;
}

async function openTicket(door: Door, wish: Wish, key: string, wait: number): Promise<Response> {
  return fetch(`${door.url}/v1/tickets?wait=${wait}`, {
    method: 'POST',
    headers: { ...headersOf(door), 'idempotency-key': key },
    body: JSON.stringify(wish),
  });
}

/** One call of the API; a refusal is an error with the problem's own words. */
export async function call(door: Door, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${door.url}${path}`, {
    method,
    ...(body === undefined
      ? { headers: { authorization: `Bearer ${door.key}` } }
      : { headers: headersOf(door), body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was refused: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function headersOf(door: Door): Record<string, string> {
  return { authorization: `Bearer ${door.key}`, 'content-type': 'application/json' };
}

/** A gateway that is away or restarting is asked again: the ticket waits in the database, not in the connection. */
async function untilAnswered(request: () => Promise<Response>): Promise<Ticket> {
  for (;;) {
    const response = await request().catch(() => undefined);
    if (response?.ok === true) {
      const body: unknown = await response.json().catch(() => undefined);
      if (body !== undefined) return Ticket.parse(body);
    } else if (response !== undefined && response.status < 500 && response.status !== 429) {
      throw new Error(`the ticket was refused: ${response.status} ${await response.text()}`);
    }
    await sleep(RETRY_AFTER_MS);
  }
}

import { headers as newHeaders } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { Problem } from '@otterpost/contracts/problem';
import type { Ticket } from '@otterpost/contracts/tickets';

import { type Credentials, type Door, done, type Outcome, refused } from './door.ts';

const HOLD_GRACE_MS = 5000;

/** NATS: request-reply, and a ticket's own subject for its changes. */
export async function natsDoor(server: { servers: string; user?: string; pass?: string }): Promise<Door> {
  const connection = await connect({ ...server, inboxPrefix: '_INBOX_worker' });
  const ask = async <T>(verb: string, body: object, { key, idempotencyKey }: Credentials, wait = 0): Promise<Outcome<T>> => {
    const headers = newHeaders();
    if (key !== undefined) headers.set('Authorization', `Bearer ${key}`);
    if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey);
    const timeout = wait * 1000 + HOLD_GRACE_MS;
    const reply = await connection.request(`otterpost.v1.tickets.${verb}`, JSON.stringify(body), { headers, timeout });
    return reply.headers?.get('Status') === 'error' ? refused(reply.json<Problem>()) : done(reply.json<T>());
  };
  const held = (wait?: number): object => (wait === undefined ? {} : { wait });
  return {
    name: 'NATS',
    open: (body, { wait, ...credentials }) => ask('open', { ...body, ...held(wait) }, credentials, wait),
    get: (id, { wait, ...credentials }) => ask('get', { id, ...held(wait) }, credentials, wait),
    cancel: async (id, credentials) => {
      const outcome = await ask('cancel', { id }, credentials);
      return outcome.kind === 'done' ? done(undefined) : outcome;
    },
    reject: (id, reason, credentials) => ask('reject', { id, reason }, credentials),
    async follow(id, credentials, onState = () => undefined) {
      const changes = connection.subscribe(`otterpost.v1.tickets.${id}.events`);
      await connection.flush();
      // Who subscribes late asks once (CONTRACT section 6).
      const present = await ask<Ticket>('get', { id }, credentials);
      const states: Ticket['status'][] = present.kind === 'done' ? [present.value.status] : [];
      for (const state of states) onState(state);
      for await (const change of states[0] === 'open' ? changes : []) {
        const { status } = change.json<{ event: string; ticket: Ticket }>().ticket;
        // The event of the opening itself may still be on its way here when the present state is asked for.
        if (status !== states.at(-1)) states.push(status);
        if (status !== 'open') break;
      }
      changes.unsubscribe();
      return states;
    },
    close: () => connection.close(),
  };
}

import type { Problem } from '@otterpost/contracts/problem';
import type { Ticket } from '@otterpost/contracts/tickets';

import { type Credentials, type Door, done, type Outcome, refused } from './door.ts';

/** HTTP: long polls and server-sent events. */
export function httpDoor(url: string): Door {
  const send = async <T>(
    method: string,
    path: string,
    { key, idempotencyKey }: Credentials,
    body?: object,
  ): Promise<Outcome<T>> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 204) return done(undefined as T);
    const answer: unknown = await response.json();
    return response.ok ? done(answer as T) : refused(answer as Problem);
  };
  const query = (wait?: number): string => (wait === undefined ? '' : `?wait=${wait}`);
  return {
    name: 'HTTP',
    open: (body, { wait, ...credentials }) => send('POST', `/v1/tickets${query(wait)}`, credentials, body),
    get: (id, { wait, ...credentials }) => send('GET', `/v1/tickets/${id}${query(wait)}`, credentials),
    cancel: (id, credentials) => send('DELETE', `/v1/tickets/${id}`, credentials),
    reject: (id, reason, credentials) => send('POST', `/v1/tickets/${id}/reject`, credentials, { reason }),
    async follow(id, { key }, onState = () => undefined) {
      const response = await fetch(new URL(`/v1/tickets/${id}/events`, url), { headers: { authorization: `Bearer ${key}` } });
      const states: Ticket['status'][] = [];
      let text = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines.filter((one) => one.startsWith('data: '))) {
          const { status } = JSON.parse(line.slice('data: '.length)) as Ticket;
          states.push(status);
          onState(status);
        }
      }
      return states;
    },
    async close() {},
  };
}

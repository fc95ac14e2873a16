import 'reflect-metadata';

import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '@otterpost/testkit/eventually';

import { type RunningGateway, runGateway } from './running-gateway.ts';

const REQUESTS = 30;
const HELD = 2;
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway({ requestsPerSecond: REQUESTS, heldPerKey: HELD });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

const ask = (path: string, key = gateway.key): Promise<Response> =>
  fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${key}` } });

describe('the HTTP door', () => {
  it('answers with the headers that keep a browser from harm, and lets no foreign page read', async () => {
    const { headers } = await ask('/v1/tickets');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['/v1/no-such-thing', '/livez', '/v1/mailboxes/events'])('does so too on %s', async (path) => {
    const { headers, body } = await ask(path);
    await body?.cancel();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toContain('max-age');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('tells who asks too often when to come again, and answers others', async () => {
    const answers = await Promise.all(Array.from({ length: REQUESTS * 3 }, () => ask('/v1/tickets', 'asks-too-often')));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused?.json()).toMatchObject({ code: 'too_many_requests', status: 429 });
    expect((await ask('/v1/tickets')).status).toBe(200);
  });
});

describe('a gateway that has more to do than it can', () => {
  it('sends newcomers away at once, tells when to come again, and is watched over all the same', async () => {
    for (let turn = 0; turn < 3; turn++) {
      const until = performance.now() + 1500;
      while (performance.now() < until);
      await setImmediate();
    }
    const [refused, live] = await Promise.all([ask('/v1/tickets'), fetch(`${gateway.url}/livez`)]);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.json()).toMatchObject({ code: 'overloaded', status: 503 });
    expect(live.status).toBe(200);
    await eventually(async () => (await ask('/v1/tickets')).status === 200 || undefined);
  }, 30_000);
});

describe('held requests of one key', () => {
  it.each(['HTTP', 'gRPC', 'NATS'])(
    'are so many at most over %s; the next is refused before it opens anything',
    async (name) => {
      const door = gateway.door(name);
      const { key } = gateway;
      const site = `${randomUUID()}.example`;
      const recipients = Array.from({ length: HELD }, () => `${randomUUID()}@otters.example`);
      const held = recipients.map((recipient) => door.open({ site, recipient, expiresIn: 60 }, { key, wait: 60 }));
      await gateway.whenHeld(HELD);
      const next = `${randomUUID()}@otters.example`;
      expect(await door.open({ site, recipient: next }, { key, wait: 60 })).toMatchObject({
        kind: 'refused',
        problem: { code: 'too_many_requests' },
      });
      const { items } = (await (await ask(`/v1/tickets?site=${site}`)).json()) as { items: { recipient: string }[] };
      expect(items.map(({ recipient }) => recipient).sort()).toEqual(recipients.toSorted());
      expect(await door.open({ site, recipient: next }, { key })).toMatchObject({ kind: 'done' });
      for (const recipient of recipients) await gateway.deliver({ site, recipient, code: '482913' });
      await Promise.all(held);
      await gateway.whenHeld(0);
    },
    30_000,
  );
});

import 'reflect-metadata';

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Otterpost } from '@otterpost/client';
import type { FeedEntry } from '@otterpost/contracts/codes';
import { newId } from '@otterpost/contracts/ids';
import type { Ticket } from '@otterpost/contracts/tickets';

import { CodeFound, codeSubject } from '@otterpost/contracts/worker-bus';
import { eventually } from '@otterpost/testkit/eventually';

import type { Door, Outcome } from './doors/door.ts';
import { type RunningGateway, runGateway } from './running-gateway.ts';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway();
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

function given<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'refused') throw new Error(`refused: ${JSON.stringify(outcome.problem)}`);
  return outcome.value;
}
const codeOf = <T>(outcome: Outcome<T>): string => (outcome.kind === 'refused' ? outcome.problem.code : 'not refused');
const someone = (): string => `${randomUUID()}@example.com`;

describe.each(['HTTP', 'gRPC', 'NATS'])('a ticket over %s', (name) => {
  let door: Door;
  let key: string;
  beforeAll(() => {
    door = gateway.door(name);
    key = gateway.key;
  });
  const open = (body: Record<string, unknown>, options: { wait?: number; idempotencyKey?: string } = {}) =>
    door.open(body, { key, ...options });

  it('is open, with the defaults of its contract', async () => {
    const recipient = someone();
    const ticket = given(await open({ site: 'nike', recipient: recipient.toUpperCase(), labels: { jobId: '7' } }));
    expect(ticket).toMatchObject({ site: 'nike', recipient, status: 'open', labels: { jobId: '7' } });
    expect(Date.parse(ticket.expiresAt) - Date.parse(ticket.openedAt)).toBe(300_000);
  });

  it('gives its code to the one who is held at its opening', async () => {
    const recipient = someone();
    const held = open({ site: 'nike', recipient }, { wait: 20 });
    await gateway.whenOpen(recipient);
    await gateway.deliver({ site: 'nike', recipient, code: '482913' });
    expect(given(await held)).toMatchObject({ status: 'fulfilled', code: '482913', source: 'email' });
  });

  it('gives its code to the one who asks later, with a receipt of every hop', async () => {
    const recipient = someone();
    const { id } = given(await open({ site: 'nike', recipient }));
    await gateway.deliver({ site: 'nike', recipient, code: 'ABCD-EFGH' });
    const ticket = given(await door.get(id, { key, wait: 20 }));
    expect(ticket).toMatchObject({ status: 'fulfilled', code: 'ABCD-EFGH' });
    expect(Object.keys(ticket.receipt ?? {}).sort()).toEqual(
      expect.arrayContaining(['assignedAt', 'deliveredAt', 'extractedAt', 'fetchedAt', 'noticedAt']),
    );
  });

  it('is not given a code that was noticed before it was opened', async () => {
    const recipient = someone();
    await gateway.deliver({ site: 'nike', recipient, code: '000000' });
    expect(given(await open({ site: 'nike', recipient }))).toMatchObject({ status: 'open' });
  });

  it('is the same ticket for the same key, and refused when the request is another', async () => {
    const body = { site: 'nike', recipient: someone() };
    const idempotencyKey = randomUUID();
    const first = given(await open(body, { idempotencyKey }));
    expect(given(await open(body, { idempotencyKey })).id).toBe(first.id);
    expect(codeOf(await open({ ...body, site: 'adidas' }, { idempotencyKey }))).toBe('idempotency_key_reused');
  });

  it('is followed from its present state to its end', async () => {
    const recipient = someone();
    const { id } = given(await open({ site: 'nike', recipient }));
    let isFollowed = false;
    const followed = door.follow(id, { key }, () => {
      isFollowed = true;
    });
    await eventually(() => isFollowed || undefined);
    await gateway.deliver({ site: 'nike', recipient, code: '1' });
    expect(await followed).toEqual(['open', 'fulfilled']);
    expect(await door.follow(id, { key })).toEqual(['fulfilled']);
  });

  it('is cancelled once, and takes no code afterwards', async () => {
    const recipient = someone();
    const { id } = given(await open({ site: 'nike', recipient }));
    given(await door.cancel(id, { key }));
    expect(codeOf(await door.cancel(id, { key }))).toBe('ticket_ended');
    await gateway.deliver({ site: 'nike', recipient, code: '2' });
    const ticket = given(await door.get(id, { key }));
    expect([ticket.status, ticket.code]).toEqual(['cancelled', undefined]);
  });

  it('is open again when its code is rejected, and takes a newer one', async () => {
    const recipient = someone();
    const { id } = given(await open({ site: 'nike', recipient }));
    expect(codeOf(await door.reject(id, 'too early', { key }))).toBe('ticket_not_fulfilled');
    await gateway.deliver({ site: 'nike', recipient, code: '111111' });
    given(await door.get(id, { key, wait: 20 }));
    expect(given(await door.reject(id, 'the site says no', { key }))).toMatchObject({ status: 'open' });
    await gateway.deliver({ site: 'nike', recipient, code: '222222' });
    expect(given(await door.get(id, { key, wait: 20 }))).toMatchObject({ status: 'fulfilled', code: '222222' });
  });

  it('that is still open when the patience is over is answered as it is', async () => {
    expect(given(await open({ site: 'nike', recipient: someone() }, { wait: 1 }))).toMatchObject({ status: 'open' });
  });

  it('with wrong fields is refused with the same code', async () => {
    for (const body of [
      { site: 'nike', expiresIn: 1 },
      { site: '' },
      { site: 'nike', mailboxId: 'mbx_x' },
      { site: 'nike', kind: 'fax' },
    ]) {
      expect(codeOf(await open(body))).toBe('invalid_request');
    }
    expect(codeOf(await open({ site: 'nike' }, { wait: 121 }))).toBe('invalid_request');
    expect(codeOf(await door.get('tkt_x', { key }))).toMatch(/^(invalid_request|not_found)$/);
  });

  it('is not there for a wrong id', async () => {
    const unknown = newId('ticket');
    for (const asked of [door.get(unknown, { key }), door.cancel(unknown, { key }), door.reject(unknown, 'no', { key })]) {
      expect(codeOf<unknown>(await asked)).toBe('not_found');
    }
  });

  it('is for those with a key only', async () => {
    for (const wrong of [{}, { key: 'ott_wrong' }, { key: '' }])
      expect(codeOf(await door.open({ site: 'nike' }, wrong))).toBe('unauthenticated');
    expect(codeOf(await door.get(newId('ticket'), {}))).toBe('unauthenticated');
  });
});

describe('tickets over three transports at once', () => {
  it('get each code once, and each ticket one code', async () => {
    const recipient = someone();
    const doors = ['HTTP', 'gRPC', 'NATS', 'HTTP', 'gRPC', 'NATS'].map((name) => gateway.door(name));
    const tickets: Ticket[] = [];
    for (const door of doors) tickets.push(given(await door.open({ site: 'nike', recipient }, { key: gateway.key })));
    const waiting = tickets.map(({ id }, index) => doors[(index + 1) % doors.length]?.get(id, { key: gateway.key, wait: 30 }));
    const codes = tickets.map((_, index) => `90000${index}`);
    await Promise.all(codes.map((code) => gateway.deliver({ site: 'nike', recipient, code })));
    const got = (await Promise.all(waiting)).map((outcome) => outcome?.kind === 'done' && outcome.value.code);
    expect(got.toSorted()).toEqual(codes);
  });
});

describe('the live feed', () => {
  it('shows onlookers each code as it is read, masked, and trusted listeners on the bus the code itself', async () => {
    const recipient = someone();
    const heard: CodeFound[] = [];
    gateway.bus.subscribe(codeSubject('nike', recipient), (_subject, value) => heard.push(CodeFound.parse(value)));
    await gateway.bus.connection.flush();
    const enough = new AbortController();
    const seen: FeedEntry[] = [];
    const otterpost = new Otterpost({ url: gateway.url, key: gateway.key });
    const looking = (async () => {
      for await (const { event, entry } of otterpost.codes.tail({ signal: enough.signal })) {
        if (event === 'code' && entry.recipient === recipient) {
          seen.push(entry);
          enough.abort();
        }
      }
    })();
    // The feed is for those who look now: deliver until somebody does.
    await eventually(async () => {
      await gateway.deliver({ site: 'nike', recipient, code: '482913' });
      return seen[0];
    });
    await looking;
    expect(seen[0]).toMatchObject({ site: 'nike', code: '4•••••' });
    expect(heard[0]).toMatchObject({ site: 'nike', recipient, code: '482913' });
  });
});

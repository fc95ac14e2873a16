import 'reflect-metadata';

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Otterpost } from '@otterpost/client';
import type { Ticket } from '@otterpost/contracts/tickets';

import type { Outcome } from './doors/door.ts';
import { type RunningGateway, runGateway } from './running-gateway.ts';

const HELD_AT_EACH_DOOR = 40;

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway();
}, 60_000);
afterAll(async () => {
  await gateway.stop();
}, 30_000);

describe('a gateway that stops', () => {
  it('answers whoever is held, at every door, and cuts nobody off', async () => {
    const { key } = gateway;
    const held: Promise<Outcome<Ticket>>[] = [];
    const followed: Promise<string[]>[] = [];
    for (const name of ['HTTP', 'gRPC', 'NATS']) {
      const door = gateway.door(name);
      for (let number = 0; number < HELD_AT_EACH_DOOR; number++) {
        const opened = await door.open({ site: 'nike', recipient: `${randomUUID()}@example.com` }, { key });
        if (opened.kind === 'refused') throw new Error(opened.problem.code);
        held.push(door.get(opened.value.id, { key, wait: 60 }));
        if (name === 'HTTP' && number === 0) followed.push(door.follow(opened.value.id, { key }));
      }
    }
    await gateway.whenHeld(3 * HELD_AT_EACH_DOOR);
    await gateway.stopGateway();
    const outcomes = await Promise.all(held);
    expect(outcomes.map((outcome) => (outcome.kind === 'done' ? outcome.value.status : outcome.problem.code))).toEqual(
      Array.from({ length: 3 * HELD_AT_EACH_DOOR }, () => 'open'),
    );
    expect(await Promise.all(followed)).toEqual([['open']]);
    await gateway.startGateway();
  }, 60_000);

  it('and comes back loses no client that waits: the same ticket gives its code', async () => {
    const recipient = `${randomUUID()}@example.com`;
    const otterpost = new Otterpost({ url: gateway.url, key: gateway.key });
    const ticket = await otterpost.tickets.open({ site: 'nike', recipient });
    const code = ticket.code({ timeout: 60_000 });
    const states: string[] = [];
    const following = (async () => {
      for await (const { status } of ticket.changes()) states.push(status);
    })();
    await gateway.whenHeld(1);
    await gateway.stopGateway();
    await gateway.deliver({ site: 'nike', recipient, code: '482913' });
    await gateway.startGateway();
    expect(await code).toBe('482913');
    await following;
    expect(states.at(-1)).toBe('fulfilled');
  }, 60_000);
});

describe('the client at a real gateway', () => {
  it('gives the code in one line', async () => {
    const recipient = `${randomUUID()}@example.com`;
    const otterpost = new Otterpost({ url: gateway.url, key: gateway.key });
    const waiting = otterpost.tickets.open({ site: 'nike', recipient, kind: 'code' }).code({ timeout: 30_000 });
    await gateway.whenOpen(recipient);
    await gateway.deliver({ site: 'nike', recipient, code: 'ABCD-EFGH' });
    expect(await waiting).toBe('ABCD-EFGH');
  });

  it('rejects a code and gets the next one', async () => {
    const recipient = `${randomUUID()}@example.com`;
    const otterpost = new Otterpost({ url: gateway.url, key: gateway.key });
    const ticket = await otterpost.tickets.open({ site: 'nike', recipient });
    await gateway.deliver({ site: 'nike', recipient, code: '1' });
    expect(await ticket.code()).toBe('1');
    await ticket.reject('refused by the site');
    await gateway.deliver({ site: 'nike', recipient, code: '2' });
    expect(await ticket.code()).toBe('2');
  });

  it('hears which field was wrong, and that a key is unknown', async () => {
    await expect(
      new Otterpost({ url: gateway.url, key: gateway.key }).tickets.open({ site: 'nike', expiresIn: 1 }),
    ).rejects.toMatchObject({
      code: 'invalid_request',
      problem: { errors: [{ path: 'expiresIn' }] },
    });
    await expect(new Otterpost({ url: gateway.url, key: 'ott_no' }).tickets.open({ site: 'nike' })).rejects.toMatchObject({
      status: 401,
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ticket } from '@otterpost/contracts/tickets';

import { Otterpost } from '../src/otterpost.ts';
import { events, hangUp, hold, json, nothing, problem, ScriptedGateway } from './scripted-gateway.ts';

const ID = 'tkt_01jd3v6x9k0q2w4e6r8t0y1z3b';
const TICKET = `/v1/tickets/${ID}`;
const ticket = (more: Partial<Ticket> = {}): object => ({
  id: ID,
  site: 'nike',
  recipient: 'ann@example.com',
  status: 'open',
  openedAt: '2026-11-24T12:00:00.000Z',
  expiresAt: '2026-11-24T12:05:00.000Z',
  labels: {},
  mailbox: null,
  ...more,
});
const fulfilled = ticket({ status: 'fulfilled', code: '482913', source: 'email' });
const request = { site: 'nike', recipient: 'ann@example.com' };

let gateway: ScriptedGateway;
let otterpost: Otterpost;

beforeEach(async () => {
  gateway = new ScriptedGateway().on('POST /v1/tickets', json(ticket(), 201)).on(`DELETE ${TICKET}`, nothing);
  otterpost = new Otterpost({ url: await gateway.start(), key: 'ott_test' });
});
afterEach(async () => {
  await gateway.stop();
});

describe('a ticket', () => {
  it('gives its code in one line', async () => {
    gateway.on(`GET ${TICKET}`, json(fulfilled));
    expect(await otterpost.tickets.open(request).code()).toBe('482913');
    const [opened] = gateway.asked('POST /v1/tickets');
    expect(JSON.parse(opened?.body ?? '')).toEqual(request);
    expect(opened?.headers).toMatchObject({ authorization: 'Bearer ott_test', 'content-type': 'application/json' });
  });

  it('is open before anybody waits for its code', async () => {
    const opened = await otterpost.tickets.open(request);
    expect([opened.id, opened.isEnded, gateway.asked(`GET ${TICKET}`)]).toEqual([ID, false, []]);
  });

  it('is asked for again as long as it is open, each time held by the gateway', async () => {
    gateway.on(`GET ${TICKET}`, json(ticket()), json(ticket()), json(fulfilled));
    expect(await otterpost.tickets.open(request).code({ timeout: 60_000 })).toBe('482913');
    expect(gateway.asked(`GET ${TICKET}`).map(({ query }) => query.wait)).toEqual(['25', '25', '25']);
  });

  it('is opened once, under one Idempotency-Key, however often the way there fails', async () => {
    gateway.on(
      'POST /v1/tickets',
      hangUp,
      problem(503, 'shutting_down'),
      problem(429, 'too_many_requests', { 'retry-after': '0' }),
      json(ticket(), 201),
    );
    await otterpost.tickets.open(request);
    const keys = gateway.asked('POST /v1/tickets').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
  });

  it('is opened under a key of the caller, for one who may crash', async () => {
    await otterpost.tickets.open(request, { idempotencyKey: 'order-77' });
    expect(gateway.seen[0]?.headers['idempotency-key']).toBe('order-77');
  });

  it('is waited for through restarts of the gateway', async () => {
    gateway.on(`GET ${TICKET}`, hangUp, hangUp, problem(502, 'bad_gateway'), json(fulfilled));
    expect(await otterpost.tickets.open(request).code()).toBe('482913');
  });

  it('tells why it expired', async () => {
    gateway.on(`GET ${TICKET}`, json(ticket({ status: 'expired', cause: 'mailbox_auth_failed' })));
    await expect(otterpost.tickets.open(request).code()).rejects.toMatchObject({
      name: 'OtterpostError',
      code: 'ticket_expired',
      message: expect.stringContaining('mailbox_auth_failed'),
    });
  });

  it('without a code but with a link says so', async () => {
    gateway.on(`GET ${TICKET}`, json(ticket({ status: 'fulfilled', link: 'https://nike.example/v?t=1' })));
    await expect(otterpost.tickets.open(request).code()).rejects.toMatchObject({ code: 'no_code' });
    expect(await otterpost.tickets.open(request).link()).toBe('https://nike.example/v?t=1');
  });

  it('that nobody will ask for again is cancelled when the time is over', async () => {
    gateway.on(`GET ${TICKET}`, hold);
    await expect(otterpost.tickets.open(request).code({ timeout: 200 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('No code of nike for ann@example.com'),
    });
    expect(gateway.asked(`DELETE ${TICKET}`)).toHaveLength(1);
  });

  it('stays open when its holder can still ask', async () => {
    gateway.on(`GET ${TICKET}`, hold, json(fulfilled));
    const opened = await otterpost.tickets.open(request);
    await expect(opened.code({ timeout: 200 })).rejects.toMatchObject({ code: 'timeout' });
    expect(gateway.asked(`DELETE ${TICKET}`)).toEqual([]);
    expect(await opened.code()).toBe('482913');
  });

  it('is given up with the reason of the signal', async () => {
    gateway.on(`GET ${TICKET}`, hold);
    const giveUp = new AbortController();
    const waiting = (await otterpost.tickets.open(request)).code({ signal: giveUp.signal });
    giveUp.abort(new Error('the test ended'));
    await expect(waiting).rejects.toThrow('the test ended');
  });

  it('is open again after its code was rejected', async () => {
    gateway
      .on(`GET ${TICKET}`, json(fulfilled), json(ticket({ status: 'fulfilled', code: '111222' })))
      .on(`POST ${TICKET}/reject`, json(ticket()));
    const opened = await otterpost.tickets.open(request);
    expect(await opened.code()).toBe('482913');
    await opened.reject('the site says it is old');
    expect(await opened.code()).toBe('111222');
  });

  it('that cannot be opened tells which field is at fault, and is not tried again', async () => {
    gateway.on('POST /v1/tickets', problem(422, 'invalid_request', {}, { errors: [{ path: 'site', message: 'is missing' }] }));
    await expect(otterpost.tickets.open({ site: '' })).rejects.toMatchObject({
      code: 'invalid_request',
      status: 422,
      message: 'site: is missing',
    });
    expect(gateway.seen).toHaveLength(1);
  });

  it('whose gateway cannot be reached fails with the reason when the time is over', async () => {
    await gateway.stop();
    await expect(otterpost.tickets.open(request, { timeout: 300 })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the changes of a ticket', () => {
  const line = (id: number, event: string, data: object): string =>
    `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

  it('are told to the end, over broken connections, behind the last one seen', async () => {
    gateway.on(
      `GET ${TICKET}/events`,
      events(': hello\n\n', line(1, 'open', ticket())),
      events(line(2, 'fulfilled', ticket({ status: 'fulfilled', code: '482913' }))),
    );
    const states: string[] = [];
    for await (const { status } of (await otterpost.tickets.open(request)).changes()) states.push(status);
    expect(states).toEqual(['open', 'fulfilled']);
    expect(gateway.asked(`GET ${TICKET}/events`).map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1']);
  });

  it('survive being cut anywhere, even within a letter', async () => {
    const whole = Buffer.from(line(1, 'fulfilled', ticket({ status: 'fulfilled', code: '1', labels: { who: 'Zoë' } })));
    const pieces = Array.from(whole, (byte) => Buffer.from([byte]));
    gateway.on(`GET ${TICKET}/events`, events(...pieces));
    const seen: Ticket[] = [];
    for await (const change of (await otterpost.tickets.open(request)).changes()) seen.push(change);
    expect(seen.map(({ labels }) => labels)).toEqual([{ who: 'Zoë' }]);
  });

  it('end when the signal is given', async () => {
    gateway.on(`GET ${TICKET}/events`, (response) => response.writeHead(200).write(line(1, 'open', ticket())));
    const giveUp = new AbortController();
    const states: string[] = [];
    for await (const { status } of (await otterpost.tickets.open(request)).changes({ signal: giveUp.signal })) {
      states.push(status);
      giveUp.abort();
    }
    expect(states).toEqual(['open']);
  });
});

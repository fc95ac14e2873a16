import 'reflect-metadata';

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CodeListing } from '@otterpost/contracts/codes';
import { newId } from '@otterpost/contracts/ids';
import { eventually } from '@otterpost/testkit/eventually';

import { type RunningGateway, runGateway } from './running-gateway.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

async function call(path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.url}/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const newSite = (): string => `${randomUUID()}.example`;
const open = async (wish: object): Promise<string> => String((await call('tickets', wish)).body.id);
const listOf = async (query: string): Promise<CodeListing[]> => (await call(`codes?${query}`)).body.items as CodeListing[];
const firstOf = (query: string): Promise<CodeListing> => eventually(async () => (await listOf(query))[0]);

describe('the codes of a site', () => {
  it('are listed with their ticket or the reason why there is none, masked', async () => {
    const site = newSite();
    const recipient = 'ada@otters.example';
    const ticketId = await open({ site, recipient });
    await gateway.deliver({ site, recipient, code: '482913' });
    const given = await firstOf(`site=${site}`);
    expect(given).toMatchObject({ site, recipient, code: '4•••••', status: 'assigned', reason: null, ticketId });
    await gateway.deliver({ site, recipient, code: '777777' });
    expect(await firstOf(`site=${site}&status=unassigned`)).toMatchObject({ reason: 'no_ticket', ticketId: null });
  });

  it('come page by page, newest first, each once', async () => {
    const site = newSite();
    for (const recipient of ['a@x.example', 'b@x.example', 'c@x.example']) await gateway.deliver({ site, recipient, code: '1' });
    await eventually(async () => (await listOf(`site=${site}`)).length === 3 || undefined);
    const first = (await call(`codes?site=${site}&limit=2`)).body;
    const second = (await call(`codes?site=${site}&limit=2&cursor=${String(first.nextCursor)}`)).body;
    const seen = [first, second].flatMap(({ items }) => items as CodeListing[]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
    expect(second.nextCursor).toBeNull();
  });
});

describe('a code that could have been two workers’', () => {
  it('is given by a person, once, to the worker that is held', async () => {
    const site = newSite();
    const [one, two] = [await open({ site }), await open({ site })];
    await gateway.deliver({ site, recipient: 'ada@otters.example', code: '482913' });
    const { id, reason } = await firstOf(`site=${site}`);
    expect(reason).toBe('ambiguous');
    const held = call(`tickets/${two}?wait=20`);
    await gateway.whenHeld(1);
    expect(await call(`codes/${id}/assign`, { ticketId: two })).toMatchObject({
      status: 200,
      body: { status: 'assigned', ticketId: two },
    });
    expect((await held).body).toMatchObject({ status: 'fulfilled', code: '482913', source: 'email' });
    expect((await call(`codes/${id}/assign`, { ticketId: one })).body.code).toBe('code_not_unassigned');
    expect((await call(`tickets/${one}`)).body.status).toBe('open');
  });

  it('never goes to a ticket of another site or recipient, nor to one that has ended', async () => {
    const site = newSite();
    await gateway.deliver({ site, recipient: 'ada@otters.example', code: '482913' });
    const { id } = await firstOf(`site=${site}`);
    const assign = async (ticketId: string): Promise<unknown> => (await call(`codes/${id}/assign`, { ticketId })).body.code;
    expect(await assign(await open({ site: newSite() }))).toBe('invalid_request');
    expect(await assign(await open({ site, recipient: 'bea@otters.example' }))).toBe('invalid_request');
    expect(await assign(newId('ticket'))).toBe('not_found');
    expect((await call(`codes/${newId('code')}/assign`, { ticketId: await open({ site }) })).body.code).toBe('not_found');
    const ended = await open({ site });
    await call(`tickets/${ended}/code`, { code: '1' });
    expect(await assign(ended)).toBe('ticket_already_fulfilled');
    expect(await firstOf(`site=${site}&status=unassigned`)).toMatchObject({ id, status: 'unassigned', reason: 'no_ticket' });
  });
});

import 'reflect-metadata';

import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeadLetter } from '@otterpost/contracts/dead-letters';
import { newId } from '@otterpost/contracts/ids';
import { mailRead, toMailId } from '@otterpost/contracts/mail-events';
import { createPublisher } from '@otterpost/messaging/publish';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { eventually } from '@otterpost/testkit/eventually';

import { type RunningGateway, runGateway } from './running-gateway.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

async function call<T>(method: string, path: string): Promise<{ status: number; body: T }> {
  const response = await fetch(`${gateway.url}/v1/${path}`, { method, headers: { authorization: `Bearer ${gateway.key}` } });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

async function letters(query = ''): Promise<{ items: DeadLetter[]; nextCursor: string | null }> {
  return (await call<{ items: DeadLetter[]; nextCursor: string | null }>('GET', `dead-letters${query}`)).body;
}

const untilBuried = (count: number) =>
  eventually(async () => {
    const { items } = await letters();
    return items.length === count ? items : undefined;
  });

/** A mail sealed under a key that the suite has not: nobody can take it. Gives its id. */
async function publishUnreadable(): Promise<string> {
  const foreign = payloadSealer(parseKeyRing(`k9:${randomBytes(32).toString('base64')}`));
  const place = { mailboxId: newId('mailbox'), folder: 'INBOX', uidValidity: 1, uid: 1 };
  const mailId = toMailId(place);
  const now = new Date().toISOString();
  const found = { kind: 'none', code: null, link: null, reason: null, confidence: 0, expiresIn: null } as const;
  const sender = { forwarded: 'none', authenticity: 'unknown', refused: false, from: null, subject: null } as const;
  const hops = { mailDate: null, serverReceivedAt: null, noticedAt: now, fetchedAt: now, publishedAt: now, extractedAt: now };
  const addressee = { site: 'riverbank.example', recipient: null };
  await createPublisher(gateway.bus, foreign).publish(
    mailRead,
    { ...place, ...found, ...sender, ...addressee, mailId, position: 1, serverClockOffsetMs: 0, hops },
    { id: mailId },
  );
  return mailId;
}

describe('dead letters', () => {
  it('are listed with why they are dead, page by page', async () => {
    const ids = [await publishUnreadable(), await publishUnreadable()];
    const found = await untilBuried(2);
    expect(found.map(({ messageId }) => messageId).sort()).toEqual([...ids].sort());
    expect(found[0]).toMatchObject({
      event: mailRead.subject,
      consumer: expect.stringContaining('gateway'),
      failure: 'unsealing_failed',
    });
    const first = await letters('?limit=1');
    const second = await letters(`?limit=1&cursor=${first.nextCursor}`);
    expect([first, second].map(({ items }) => items[0]?.sequence)).toEqual(found.map(({ sequence }) => sequence));
    expect(second.nextCursor).toBeNull();
  });

  it('are replayed to whoever takes such events, which buries anew what is still dead, and that is audited', async () => {
    const [letter] = await untilBuried(2);
    expect(await call('POST', `dead-letters/${letter?.sequence}/replay`)).toMatchObject({ status: 200, body: letter });
    const anew = await eventually(async () => {
      const { items } = await letters();
      return items.find(({ messageId, sequence }) => messageId === letter?.messageId && sequence !== letter?.sequence);
    });
    expect(anew).toMatchObject({ failure: 'unsealing_failed' });
    const { body } = await call<{ items: object[] }>('GET', 'audit?action=dead_letter.replayed');
    expect(body.items).toMatchObject([{ target: letter?.messageId }]);
  });

  it('are discarded for good; what is not there is not found', async () => {
    for (const { sequence } of await untilBuried(2)) {
      expect(await call('DELETE', `dead-letters/${sequence}`)).toMatchObject({ status: 204 });
      expect(await call('DELETE', `dead-letters/${sequence}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(await call('POST', `dead-letters/${sequence}/replay`)).toMatchObject({ status: 404 });
    }
    expect(await letters()).toEqual({ items: [], nextCursor: null });
    expect(await call('GET', 'dead-letters?cursor=x')).toMatchObject({ status: 422 });
  });
});

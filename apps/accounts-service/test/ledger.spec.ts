import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import type { MailboxId } from '@otterpost/contracts/ids';
import { toMailId } from '@otterpost/contracts/mail-events';

import { buryTheDead } from '../src/core/ownership.ts';
import { beat, type Ground, newMailbox, standUp } from './ground.ts';

let ground: Ground;
let mailboxId: MailboxId;
let users = 0;

beforeAll(async () => {
  ground = await standUp();
}, 60_000);
afterAll(() => ground.stop());
beforeEach(async () => {
  await ground.database.query('UPDATE mailboxes SET paused = true');
  await ground.database.query("UPDATE ingestors SET expires_at = now() - interval '1 minute'");
  users += 1;
  mailboxId = (await ground.store.create(newMailbox(`u${users}@otters.example`))).id as MailboxId;
});

async function fenceOf(ingestor: string): Promise<number> {
  await beat(ground, ingestor);
  const [row] = await ground.database.query<{ owner: string; fence: string }>(
    'SELECT owner, fence FROM mailboxes WHERE id = $1',
    [mailboxId],
  );
  return row?.owner === ingestor ? Number(row.fence) : -1;
}

async function expire(ingestor: string): Promise<void> {
  await ground.database.query("UPDATE ingestors SET expires_at = now() - interval '1 second' WHERE id = $1", [ingestor]);
}

/** Its last heartbeat, a while ago. */
async function fallSilent(ingestor: string): Promise<void> {
  await ground.database.query("UPDATE ingestors SET expires_at = expires_at - interval '2.1 seconds' WHERE id = $1", [ingestor]);
}

function place(fence: number, uidValidity = 1): { mailboxId: MailboxId; fence: number; folder: string; uidValidity: number } {
  return { mailboxId, fence, folder: 'INBOX', uidValidity };
}

function mails(...uids: number[]): { uid: number; digest: string }[] {
  return uids.map((uid) => ({ uid, digest: `digest of ${uid}` }));
}

describe('ownership', () => {
  it('gives a free mailbox to who asks first, and to nobody else while that one lives', async () => {
    expect(await fenceOf('first')).toBeGreaterThan(0);
    expect(await fenceOf('second')).toBe(-1);
  });

  it('gives the mailbox of a dead owner to another, under a higher fence', async () => {
    const before = await fenceOf('first');
    await expire('first');
    expect(await fenceOf('second')).toBeGreaterThan(before);
  });

  it('gives the mailbox of an owner that is silent and hears nothing to another at once', async () => {
    const before = await fenceOf('first');
    await fallSilent('first');
    expect(await buryTheDead(ground.ownership, async () => true)).toBe(false);
    expect(await fenceOf('second')).toBe(-1);
    expect(await buryTheDead(ground.ownership, async (id) => id !== 'first')).toBe(true);
    expect(await fenceOf('second')).toBeGreaterThan(before);
  });

  it('leaves the mailbox to an owner that was heard of while it was thought dead', async () => {
    await fenceOf('first');
    await fallSilent('first');
    const isHeardMeanwhile = async (): Promise<boolean> => {
      await beat(ground, 'first');
      return false;
    };
    expect(await buryTheDead(ground.ownership, isHeardMeanwhile)).toBe(false);
    expect(await fenceOf('second')).toBe(-1);
  });

  it('does not ask after those that are heard of, or whose leases have ended', async () => {
    await fenceOf('first');
    await fenceOf('second');
    await expire('second');
    const asked: string[] = [];
    await buryTheDead(ground.ownership, async (id) => asked.push(id) > 0);
    expect(asked).toEqual([]);
  });

  it('says nothing more while the digest fits', async () => {
    const held = await beat(ground, 'first');
    const { createHash } = await import('node:crypto');
    const text = held.map((one) => `${one.mailboxId}:${one.fence}:${one.revision}:${one.standing}`).join(',');
    const digest = createHash('md5').update(text).digest('hex');
    const again = await ground.ownership.sync({ ingestorId: 'first', digest, ready: [], isLeaving: false });
    expect(again.held).toBeNull();
  });

  it('frees at once what an ingestor leaves', async () => {
    await fenceOf('first');
    await ground.ownership.leave('first');
    expect(await fenceOf('second')).toBeGreaterThan(0);
  });

  it('never has two owners, however many ask at once, and comes to an even spread', async () => {
    for (let at = 0; at < 20; at++) await ground.store.create(newMailbox(`crowd${users}-${at}@otters.example`));
    const ingestors = Array.from({ length: 5 }, (_, at) => `crowd-${at}`);
    for (let round = 0; round < 3; round++) {
      await Promise.all(ingestors.map((id) => beat(ground, id)));
      await ground.database.query("UPDATE mailboxes SET connection = 'connected'");
    }
    const held = await Promise.all(ingestors.map((id) => beat(ground, id)));
    const owned = held.flatMap((one) => one.flatMap(({ mailboxId: id, standing }) => (standing === 'heir' ? [] : [id])));
    expect(new Set(owned).size).toBe(owned.length);
    expect(owned).toHaveLength(21);
    const shares = held.map((one) => one.filter(({ standing }) => standing !== 'parting').length);
    expect(Math.max(...shares)).toBeLessThanOrEqual(5);
  });
});

describe('a mailbox that is connected', () => {
  let fence: number;
  const at = () => ({ mailboxId, revision: 1 });
  beforeEach(async () => {
    fence = await fenceOf('old');
    const condition = { status: 'waiting_for_emails', statusDetail: null, provenAt: null, lastMailAt: null } as const;
    const report = { ...condition, connection: 'connected', fetchedBytes: 0, serverClockOffsetMs: null } as const;
    await ground.store.report([{ mailboxId, fence, ...report }]);
  });

  it('stays with an owner that leaves until its heir is connected too', async () => {
    expect(await beat(ground, 'old', { isLeaving: true })).toEqual([{ ...at(), fence, standing: 'owner' }]);
    expect(await beat(ground, 'new')).toEqual([{ ...at(), fence, standing: 'heir' }]);
    expect(await beat(ground, 'old', { isLeaving: true })).toEqual([{ ...at(), fence, standing: 'parting' }]);
    expect(await ground.ledger.note({ ...place(fence), mails: mails(1) })).toHaveLength(1);
    expect(await beat(ground, 'new', { ready: [mailboxId] })).toEqual([{ ...at(), fence: fence + 1, standing: 'owner' }]);
    expect(await beat(ground, 'old', { isLeaving: true })).toEqual([]);
    await expect(ground.ledger.note({ ...place(fence), mails: mails(2) })).rejects.toMatchObject({ code: 'stale_fence' });
    expect(await ground.store.find(mailboxId)).toMatchObject({ connection: 'connected' });
  });

  it('has one heir: who else says that it is ready gets nothing', async () => {
    await beat(ground, 'old', { isLeaving: true });
    await beat(ground, 'new');
    expect(await beat(ground, 'third', { ready: [mailboxId] })).toEqual([]);
    expect(await beat(ground, 'old', { isLeaving: true })).toEqual([{ ...at(), fence, standing: 'parting' }]);
  });

  it("is the heir's at once when its owner is gone, and stays its owner's when the heir is gone", async () => {
    await beat(ground, 'old', { isLeaving: true });
    await beat(ground, 'new');
    await expire('new');
    expect(await beat(ground, 'old')).toEqual([{ ...at(), fence, standing: 'owner' }]);
    await beat(ground, 'old', { isLeaving: true });
    await beat(ground, 'third');
    await ground.ownership.leave('old');
    expect(await beat(ground, 'third')).toEqual([{ ...at(), fence: fence + 1, standing: 'owner' }]);
  });

  it('tells an owner that leaves how many stay', async () => {
    const leave = { ingestorId: 'old', digest: '', ready: [], isLeaving: true };
    expect((await ground.ownership.sync(leave)).heirs).toBe(0);
    await beat(ground, 'new');
    expect((await ground.ownership.sync(leave)).heirs).toBe(1);
  });
});

describe('a mailbox that is not connected', () => {
  it('moves at once from an owner that leaves: it has no connection to lose', async () => {
    const fence = await fenceOf('old');
    await beat(ground, 'old', { isLeaving: true });
    expect(await beat(ground, 'new')).toMatchObject([{ mailboxId, fence: fence + 1, standing: 'owner' }]);
  });
});

describe('the ledger', () => {
  it('watches a new folder from its end, and a renewed one from where its owner says', async () => {
    const fence = await fenceOf('first');
    expect(await ground.ledger.openFolder({ ...place(fence), uidNext: 41 })).toMatchObject({ isRenewed: false, lastUid: 40 });
    const renewed = { ...place(fence, 2), uidNext: 12 };
    expect(await ground.ledger.openFolder(renewed)).toMatchObject({ isRenewed: true });
    expect(await ground.ledger.openFolder({ ...renewed, firstUid: 9 })).toMatchObject({ isRenewed: false, lastUid: 8 });
    expect(await ground.ledger.openFolder(renewed)).toMatchObject({ isRenewed: false, lastUid: 8 });
  });

  it('knows a mail again under another UIDVALIDITY: its place in the order, and its outcome', async () => {
    const fence = await fenceOf('first');
    const [settled, open] = await ground.ledger.note({ ...place(fence), mails: mails(1, 2) });
    const mailId = toMailId({ mailboxId, folder: 'INBOX', uidValidity: 1, uid: 1 });
    await ground.ledger.settle([{ mailId, outcome: 'code', reason: null }]);
    const again = [
      { uid: 71, digest: 'digest of 1' },
      { uid: 72, digest: 'digest of 2' },
      { uid: 73, digest: 'digest of 3' },
    ];
    const noted = await ground.ledger.note({ ...place(fence, 2), mails: again });
    expect(noted.find(({ uid }) => uid === 71)).toEqual({ uid: 71, position: settled?.position, settled: true });
    expect(noted.find(({ uid }) => uid === 72)).toEqual({ uid: 72, position: open?.position, settled: false });
    expect(noted.find(({ uid }) => uid === 73)?.position).toBeGreaterThan(open?.position ?? Number.POSITIVE_INFINITY);
  });

  it('takes a mail that comes twice, under one UIDVALIDITY, for two', async () => {
    const fence = await fenceOf('first');
    const [first] = await ground.ledger.note({ ...place(fence), mails: [{ uid: 1, digest: 'same' }] });
    await ground.ledger.settle([
      { mailId: toMailId({ mailboxId, folder: 'INBOX', uidValidity: 1, uid: 1 }), outcome: 'code', reason: null },
    ]);
    const [second] = await ground.ledger.note({ ...place(fence), mails: [{ uid: 2, digest: 'same' }] });
    expect(second).toMatchObject({ uid: 2, settled: false });
    expect(second?.position).toBeGreaterThan(first?.position ?? Number.POSITIVE_INFINITY);
  });

  it('gives a mail one position, however often it is noted, and later mails a higher one', async () => {
    const fence = await fenceOf('first');
    const [first] = await ground.ledger.note({ ...place(fence), mails: mails(1) });
    const again = await ground.ledger.note({ ...place(fence), mails: mails(1, 2) });
    expect(again.find(({ uid }) => uid === 1)).toEqual(first);
    expect(again.find(({ uid }) => uid === 2)?.position).toBeGreaterThan(first?.position ?? Number.POSITIVE_INFINITY);
    expect(await ground.ledger.position()).toBeGreaterThanOrEqual(again.at(-1)?.position ?? Number.POSITIVE_INFINITY);
  });

  it('notes a mail under the position that was reserved for it, and mails after it under higher ones', async () => {
    const fence = await fenceOf('first');
    const position = await ground.ledger.reserve();
    const noted = await ground.ledger.note({ ...place(fence), mails: mails(31, 32), position });
    expect(noted.find(({ uid }) => uid === 31)?.position).toBe(position);
    expect(noted.find(({ uid }) => uid === 32)?.position).toBeGreaterThan(position);
  });

  it('refuses who was owner before, and notes nothing for it', async () => {
    const old = await fenceOf('first');
    await expire('first');
    const now = await fenceOf('second');
    const refused = await ground.ledger.note({ ...place(old), mails: mails(7) }).catch((error: unknown) => error);
    expect(refused instanceof Failure && refused.code).toBe('stale_fence');
    const reopened = await ground.ledger.openFolder({ ...place(old), uidNext: 9 }).catch((error: unknown) => error);
    expect(reopened instanceof Failure && reopened.code).toBe('stale_fence');
    expect(await ground.ledger.openFolder({ ...place(now), uidNext: 9 })).toMatchObject({ lastUid: 8, known: [] });
  });

  it('tells the next owner what was noted and not settled', async () => {
    const first = await fenceOf('first');
    await ground.ledger.openFolder({ ...place(first), uidNext: 1 });
    await ground.ledger.note({ ...place(first), mails: mails(1, 2, 3) });
    const settled = toMailId({ mailboxId, folder: 'INBOX', uidValidity: 1, uid: 2 });
    expect(await ground.ledger.settle([{ mailId: settled, outcome: 'code', reason: null }])).toBe(1);
    expect(await ground.ledger.settle([{ mailId: settled, outcome: 'none', reason: 'no_cue' }])).toBe(0);
    await expire('first');
    const second = await fenceOf('second');
    expect(await ground.ledger.openFolder({ ...place(second), uidNext: 4 })).toEqual({
      isRenewed: false,
      lastUid: 3,
      known: [1, 2, 3],
      unsettled: [1, 3],
    });
  });

  it('sweeps up what stayed unsettled, after a while and for its owner only', async () => {
    const fence = await fenceOf('first');
    await ground.ledger.note({ ...place(fence), mails: mails(5) });
    expect(await ground.ledger.sweep('first')).toEqual([]);
    await ground.database.query("UPDATE mails SET noted_at = noted_at - interval '11 seconds' WHERE mailbox_id = $1", [
      mailboxId,
    ]);
    expect(await ground.ledger.sweep('second')).toEqual([]);
    expect(await ground.ledger.sweep('first')).toMatchObject([{ mailboxId, folder: 'INBOX', uid: 5, fence }]);
    expect(await ground.ledger.sweep('first')).toEqual([]);
  });
});

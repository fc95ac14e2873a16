import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import type { MailboxId } from '@otterpost/contracts/ids';
import { columnAad, open } from '@otterpost/sealing/seal';
import { CANARY, secret } from '@otterpost/testkit/canary';

import { beat, type Ground, newMailbox, ring, standUp } from './ground.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
}, 60_000);
afterAll(() => ground.stop());

describe('the schema', () => {
  it('is what the rows say: the schema builder has nothing left to do', async () => {
    const { upQueries } = await ground.database.dataSource.driver.createSchemaBuilder().log();
    const ours = upQueries.map(({ query }) => query).filter((query) => /"mailboxes"/.test(query) && !/DROP INDEX/.test(query));
    expect(ours).toEqual([]);
  });
});

describe('a mailbox', () => {
  it('is answered without a secret, and its credential lies sealed where it belongs', async () => {
    const made = await ground.store.create(newMailbox('ada@otters.example'));
    expect(JSON.stringify(made)).not.toContain(CANARY);
    const [row] = await ground.database.query<{ credential: Buffer }>('SELECT credential FROM mailboxes WHERE id = $1', [
      made.id,
    ]);
    const credential = row?.credential ?? Buffer.alloc(0);
    expect(credential.includes(CANARY)).toBe(false);
    expect(JSON.parse(open(ring, credential, columnAad('mailboxes', made.id, 'credential')).toString())).toMatchObject({
      password: secret('holt'),
    });
  });

  it('is refused twice for the same host and username, without case', async () => {
    await ground.store.create(newMailbox('bea@otters.example'));
    const refused = await ground.store.create(newMailbox('BEA@otters.example')).catch((error: unknown) => error);
    expect(refused instanceof Failure && refused.code).toBe('mailbox_exists');
  });

  it('says what its owner says of it, as long as the fence is the newest', async () => {
    const { id } = await ground.store.create(newMailbox('cleo@otters.example'));
    const held = await beat(ground, 'i-report');
    const fence = held?.find(({ mailboxId }) => mailboxId === id)?.fence ?? -1;
    const report = {
      mailboxId: id as MailboxId,
      connection: 'connected' as const,
      status: 'waiting_for_emails' as const,
      statusDetail: null,
      provenAt: '2026-11-24T12:00:00.000Z',
      lastMailAt: null,
      fetchedBytes: 100,
      serverClockOffsetMs: null,
    };
    await ground.store.report([{ ...report, fence }]);
    await ground.store.report([
      { ...report, fence: fence - 1, connection: 'disconnected', status: 'unreachable', fetchedBytes: 7 },
    ]);
    expect(await ground.store.find(id as MailboxId)).toMatchObject({
      connection: 'connected',
      status: 'waiting_for_emails',
      provenAt: '2026-11-24T12:00:00.000Z',
      bytesToday: 100,
    });
    await ground.ownership.leave('i-report');
  });

  it("tells its next owner how many of the day's bytes are used, and begins each day anew", async () => {
    const { id } = await ground.store.create(newMailbox('dora@otters.example'));
    const set = (day: string) =>
      ground.database.query(
        `UPDATE mailboxes SET bytes_today = 700, bytes_on = (now() AT TIME ZONE 'UTC')::date - $2::int WHERE id = $1`,
        [id, day],
      );
    await set('0');
    expect(await ground.ownership.assignment(id as MailboxId)).toMatchObject({ fetchedToday: 700 });
    await set('1');
    expect(await ground.ownership.assignment(id as MailboxId)).toMatchObject({ fetchedToday: 0 });
  });

  it('is listed page by page, each once', async () => {
    for (const name of ['d', 'e', 'f']) await ground.store.create(newMailbox(`${name}@otters.example`));
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await ground.store.list({ limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(6);
  });
});

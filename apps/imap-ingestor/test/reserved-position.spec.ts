import { describe, expect, it } from '@jest/globals';
import { type MailboxId, newId } from '@otterpost/contracts/ids';
import { providerAt } from '@otterpost/contracts/mail-providers';

import { ClockOffset } from '../src/core/clock-offset.ts';
import type { FetchedMail, FolderSession } from '../src/core/folder-session.ts';
import { FolderWatcher } from '../src/core/folder-watcher.ts';
import { MemoryLedger } from './watched-mailbox.ts';

const MAIL: FetchedMail = {
  ...{ uid: 7, internalDate: null, mailDate: null, size: 5, source: Buffer.from('a\r\n\r\nb'), parts: [], digest: 'a' },
};

/** The position of a mail that a server gives so long after it rang, and the one that a ticket notes which is opened meanwhile. */
async function takeAfter(ms: number): Promise<{ mail: number; ticket: number }> {
  const ledger = new MemoryLedger();
  let [clock, rounds, ticket] = [0, 0, 0];
  const session: FolderSession = {
    ...{ uidValidity: 1, uidNext: 7, hasIdle: true, receivedBytes: 0 },
    async *fetchFrom() {
      rounds += 1;
      if (rounds !== 2) return;
      clock += ms;
      ticket = await ledger.reserve();
      yield MAIL;
    },
    async *fetch() {},
    listFrom: async () => [],
    listSince: async () => [],
    lookAtUidNext: async () => 8,
    lookAt: async () => undefined,
    findJunk: async () => undefined,
    waitForBell: async () => ({ rangAt: new Date(clock) }),
    nudge: () => undefined,
    close: () => undefined,
  };
  await new FolderWatcher({
    assignment: {
      ...{ mailboxId: newId('mailbox') as MailboxId, fence: 1, revision: 1, name: 'ada', host: 'mail.otters.example', port: 993 },
      ...{ security: 'tls', username: 'ada', credential: '', folders: null, junkFolder: 'Junk', authservId: null, ca: null },
      ...{ forwarders: [], proxy: null, fetchedToday: 0, limits: providerAt('mail.otters.example', 993).limits },
    },
    ...{ folder: 'INBOX', session, ledger, offset: new ClockOffset() },
    now: () => new Date(clock),
    idleMs: () => 1,
    bounds: () => ({ source: 1024, textParts: 1024 }),
    onProof: () => undefined,
    onMail: () => undefined,
    onLooked: async () => undefined,
    isDone: () => rounds === 2,
    persist: (work) => work(),
  }).run();
  return { mail: ledger.published[0]?.position ?? 0, ticket };
}

describe('the position of a mail', () => {
  it('is the one that was reserved when the bell rang', async () => {
    const { mail, ticket } = await takeAfter(5);
    expect(mail).toBeLessThan(ticket);
  });

  it('is a later one where the server took its time: the mail may have come after a ticket was opened', async () => {
    const { mail, ticket } = await takeAfter(10_000);
    expect(mail).toBeGreaterThan(ticket);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailReceived } from '@otterpost/contracts/mail-events';
import { eventually } from '@otterpost/testkit/eventually';
import { buildMail } from '@otterpost/testkit/mail';

import { USER, type WatchedMailbox, watchMailbox } from './watched-mailbox.ts';

const LIMIT = 1_000_000;
const DAY_MS = 86_400_000;
const TEXT = 'Your verification code is 482913.';

let watched: WatchedMailbox | undefined;
afterEach(async () => {
  await watched?.stop();
  watched = undefined;
});

async function watch(options: Parameters<typeof watchMailbox>[0] = {}): Promise<WatchedMailbox> {
  const mailbox = await watchMailbox({ limits: { bytesPerDay: LIMIT }, ...options });
  watched = mailbox;
  await eventually(() => mailbox.conditions.some(({ connection }) => connection === 'connected') || undefined);
  return mailbox;
}

/** A mail of so many bytes and a little, whose text is short. */
function deliver({ server }: WatchedMailbox, bytes: number): void {
  const picture = ['Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', 'A'.repeat(bytes)].join('\r\n');
  const text = ['Content-Type: text/plain', '', TEXT].join('\r\n');
  const head = [`To: ${USER.name}`, 'Subject: Your code', 'Content-Type: multipart/mixed; boundary=otters', ''].join('\r\n');
  server.deliver(USER.name, `${head}\r\n--otters\r\n${picture}\r\n--otters\r\n${text}\r\n--otters--\r\n`);
}

/** Delivers such a mail; gives what was published of it. */
async function exchange(mailbox: WatchedMailbox, bytes: number): Promise<MailReceived> {
  const before = mailbox.ledger.published.length;
  deliver(mailbox, bytes);
  return eventually(() => mailbox.ledger.published[before]);
}

const sourceBytes = ({ source }: MailReceived): number => Buffer.from(source, 'base64').length;
const told = ({ conditions }: WatchedMailbox): string | null | undefined => conditions.at(-1)?.statusDetail;

describe('the bytes that a provider lets a mailbox fetch in a day', () => {
  it('are counted as they come over the wire, looks and logins too', async () => {
    const mailbox = await watch();
    await exchange(mailbox, 50_000);
    const counted = (): number => mailbox.conditions.reduce((sum, { fetchedBytes }) => sum + fetchedBytes, 0);
    await eventually(() => counted() > 50_000 || undefined);
    expect(counted()).toBeLessThan(60_000);
  });

  it('leave all as it is while there is enough', async () => {
    const mailbox = await watch({ fetchedToday: 0.5 * LIMIT });
    expect(sourceBytes(await exchange(mailbox, 50_000))).toBeGreaterThan(50_000);
    expect(told(mailbox)).toBeNull();
  });

  it('are warned of at 80 %, and then texts are fetched without what hangs on them', async () => {
    const mailbox = await watch({ fetchedToday: 0.7 * LIMIT });
    await exchange(mailbox, 150_000);
    const mail = await exchange(mailbox, 50_000);
    expect(sourceBytes(mail)).toBeLessThanOrEqual(8192);
    expect(mail.parts.map(({ content }) => Buffer.from(content, 'base64').toString().trim())).toEqual([TEXT]);
    await eventually(() => told(mailbox) ?? undefined);
    expect(mailbox.conditions.at(-1)).toMatchObject({
      connection: 'connected',
      status: 'waiting_for_emails',
      statusDetail: expect.stringMatching(/More than 80 % of the 1 MB .* texts/),
    });
  });

  it('are not spent on other folders from 80 % on, unless a ticket waits', async () => {
    const mailbox = await watch({ fetchedToday: 0.7 * LIMIT });
    const { server, ledger, conditions, watcher } = mailbox;
    await exchange(mailbox, 150_000);
    server.deliver(USER.name, buildMail({ from: 'a@site.example', to: USER.name, subject: 'Junk', text: TEXT }), {
      folder: 'Junk',
    });
    const looks = conditions.length;
    await eventually(() => conditions.length > looks + 3 || undefined);
    expect(ledger.subjects).not.toContain('Junk');
    watcher.awaitMail(60_000);
    await eventually(() => ledger.subjects.includes('Junk') || undefined);
  });

  it('never run out: at the end only the beginning of each mail is fetched, and no other folder looked at', async () => {
    const mailbox = await watch({ fetchedToday: 0.97 * LIMIT });
    const mail = await exchange(mailbox, 300_000);
    expect(sourceBytes(mail)).toBeLessThanOrEqual(4096);
    expect(mail.parts).toEqual([]);
    await eventually(() => /^Nearly all/.test(told(mailbox) ?? '') || undefined);
  });

  it('are kept to by what waits after an absence as well', async () => {
    const limit = 10 * LIMIT;
    const mailbox = await watch({ fetchedToday: 0.7 * limit, limits: { bytesPerDay: limit } });
    const calm = mailbox.server.misbehave({ at: 'greeting', how: 'reset' });
    mailbox.server.dropAll();
    for (let at = 0; at < 60; at++) deliver(mailbox, LIMIT / 10);
    calm();
    await eventually(() => mailbox.ledger.published.length === 60 || undefined, { timeoutMs: 15_000 });
    const counted = mailbox.conditions.reduce((sum, { fetchedBytes }) => sum + fetchedBytes, 0);
    expect(counted).toBeLessThan(0.3 * limit);
  }, 20_000);

  it('are new with each day (UTC)', async () => {
    let later = 0;
    const mailbox = await watch({ fetchedToday: LIMIT, now: () => new Date(Date.now() + later) });
    expect(sourceBytes(await exchange(mailbox, 50_000))).toBeLessThanOrEqual(4096);
    later = DAY_MS;
    expect(sourceBytes(await exchange(mailbox, 50_000))).toBeGreaterThan(50_000);
    await eventually(() => told(mailbox) === null || undefined);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@otterpost/testkit/eventually';
import type { Misbehaviour } from '@otterpost/testkit/imap-server';

import { USER, type WatchedMailbox, watchMailbox } from './watched-mailbox.ts';

let watched: WatchedMailbox | undefined;
afterEach(async () => {
  await watched?.stop();
  watched = undefined;
});

async function watch(options?: Parameters<typeof watchMailbox>[0]): Promise<WatchedMailbox> {
  watched = await watchMailbox(options);
  return watched;
}

async function connected({ conditions }: WatchedMailbox): Promise<void> {
  await eventually(() => conditions.some(({ connection }) => connection === 'connected') || undefined);
}

async function published({ ledger }: WatchedMailbox, subjects: readonly string[]): Promise<void> {
  await eventually(() => (subjects.every((subject) => ledger.subjects.includes(subject)) ? true : undefined), {
    timeoutMs: 15_000,
  });
}

const FAULTS: readonly Misbehaviour[] = [
  { at: 'greeting', how: 'hang', times: 1 },
  { at: 'greeting', how: 'bye', times: 2, text: '[UNAVAILABLE] down for a moment' },
  { at: 'login', how: 'hang', times: 1 },
  { at: 'login', how: 'no', times: 2, text: '[UNAVAILABLE] try again later' },
  { at: 'select', how: 'hang', times: 1 },
  { at: 'select', how: 'reset', times: 1 },
  { at: 'idle', how: 'hang', times: 1 },
  { at: 'idle', how: 'end-idle', times: 3 },
  { at: 'idle', how: 'endless-ok', times: 1 },
  { at: 'exists', how: 'lie-exists', times: 1 },
  { at: 'done', how: 'hang', times: 1 },
  { at: 'done', how: 'drip', times: 1 },
  { at: 'fetch', how: 'hang', times: 1 },
  { at: 'fetch', how: 'bad', times: 1 },
  { at: 'fetch', how: 'cut-literal', times: 2 },
  { at: 'status', how: 'hang', times: 1 },
];

describe('a mailbox whose server misbehaves', () => {
  it.each(FAULTS.map((fault) => [`${fault.how} at ${fault.at}`, fault] as const))(
    'loses no mail: %s',
    async (_name, fault) => {
      const mailbox = await watch();
      await connected(mailbox);
      mailbox.deliver('before');
      await published(mailbox, ['before']);
      mailbox.server.misbehave(fault);
      if (fault.at === 'greeting' || fault.at === 'login' || fault.at === 'select') mailbox.server.dropAll();
      mailbox.deliver('during');
      // The fault must have happened, or the test would show nothing.
      await eventually(() => mailbox.server.faultsDue === 0 || undefined);
      mailbox.deliver('during too');
      await published(mailbox, ['before', 'during', 'during too']);
      mailbox.deliver('after');
      await published(mailbox, ['after']);
    },
    30_000,
  );

  it('loses no mail that came while it was cut off', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    const calm = mailbox.server.misbehave({ at: 'greeting', how: 'reset' });
    mailbox.server.dropAll();
    mailbox.deliver('while away');
    await eventually(() => mailbox.conditions.at(-1)?.connection === 'disconnected' || undefined);
    calm();
    await published(mailbox, ['while away']);
  });

  it("takes mails that came while it was cut off for no measure of the server's clock", async () => {
    const mailbox = await watch();
    await connected(mailbox);
    const calm = mailbox.server.misbehave({ at: 'greeting', how: 'reset' });
    mailbox.server.dropAll();
    const internalDate = new Date(Date.now() - 3_600_000);
    const subjects = ['first', 'second', 'third'];
    for (const subject of subjects) {
      mailbox.server.deliver(USER.name, `Subject: ${subject}\r\n\r\nCode 482913\r\n`, { internalDate });
    }
    calm();
    await published(mailbox, subjects);
    const told = mailbox.conditions.length;
    await eventually(() => mailbox.conditions.length > told || undefined);
    expect(mailbox.conditions.at(-1)?.serverClockOffsetMs).toBeNull();
  });

  it('loses no mail of the last day when UIDVALIDITY changes, and publishes none again', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.deliver('seen');
    await published(mailbox, ['seen']);
    const calm = mailbox.server.misbehave({ at: 'greeting', how: 'reset' });
    mailbox.server.changeUidValidity(USER.name, 'INBOX');
    const old = { first: 23, second: 23, third: 23, 'too old': 25, last: 1 };
    for (const [subject, hours] of Object.entries(old)) {
      const internalDate = new Date(Date.now() - hours * 3_600_000);
      mailbox.server.deliver(USER.name, `Subject: ${subject}\r\n\r\nCode 482913\r\n`, { internalDate });
    }
    calm();
    await published(mailbox, ['first', 'second', 'third', 'last']);
    mailbox.deliver('new');
    await published(mailbox, ['new']);
    expect(mailbox.ledger.subjects).toEqual(['seen', 'first', 'second', 'third', 'last', 'new']);
  });

  it('publishes nothing again however often UIDVALIDITY changes, in the junk folder neither', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.deliver('seen');
    mailbox.server.deliver(USER.name, 'Subject: taken for junk\r\n\r\nCode 482914\r\n', { folder: 'Junk' });
    await published(mailbox, ['seen', 'taken for junk']);
    for (let round = 1; round <= 3; round++) {
      for (const folder of ['INBOX', 'Junk']) mailbox.server.changeUidValidity(USER.name, folder);
      mailbox.deliver(`new ${round}`);
      mailbox.server.deliver(USER.name, `Subject: new junk ${round}\r\n\r\nCode 482915\r\n`, { folder: 'Junk' });
      await published(mailbox, [`new ${round}`, `new junk ${round}`]);
    }
    expect(mailbox.ledger.subjects).toHaveLength(8);
  }, 30_000);

  it.each([
    ['of the first mail', []],
    ['of a later one', ['before']],
  ])('loses no mail whose UID becomes visible late: %s', async (_name, before) => {
    const mailbox = await watch();
    await connected(mailbox);
    for (const subject of before) mailbox.deliver(subject);
    await published(mailbox, before);
    const show = mailbox.withhold('late');
    mailbox.deliver('after it');
    await published(mailbox, ['after it']);
    show();
    await published(mailbox, ['late']);
    expect(mailbox.ledger.subjects).toEqual([...before, 'after it', 'late']);
    expect(mailbox.server.logins).toBe(1);
  });

  it('goes on when a mail was expunged before it could be fetched', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.server.misbehave({ at: 'done', how: 'reset', times: 1 });
    mailbox.deliver('gone');
    mailbox.server.expunge(USER.name, 'INBOX', 1);
    mailbox.deliver('stays');
    await published(mailbox, ['stays']);
    expect(mailbox.ledger.subjects).not.toContain('gone');
  });
});

describe('a mailbox', () => {
  it('is watched from its end: what lay there before is not published', async () => {
    const mailbox = await watch({ before: (server) => server.deliver(USER.name, 'Subject: old\r\n\r\n') });
    await connected(mailbox);
    mailbox.deliver('new');
    await published(mailbox, ['new']);
    expect(mailbox.ledger.subjects).toEqual(['new']);
  });

  it('publishes each mail of a burst once', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    const subjects = Array.from({ length: 100 }, (_, at) => `mail ${at}`);
    for (const subject of subjects) mailbox.deliver(subject);
    await published(mailbox, subjects);
    expect([...mailbox.ledger.subjects].sort()).toEqual([...subjects].sort());
  });

  it('is auth_failed only when the server refuses the credential itself', async () => {
    const mailbox = await watch({ password: 'wrong' });
    const { status } = await eventually(() => mailbox.conditions.find(({ connection }) => connection === 'disconnected'));
    expect(status).toBe('auth_failed');
  });

  it.each([
    ['[ALERT] Application-specific password required', 'auth_failed', /app password/],
    ['[UNAVAILABLE] Temporary authentication failure', 'throttled', /for now/],
    ['Too many simultaneous connections', 'throttled', /for now/],
    ['Basic authentication is disabled', 'auth_failed', /OAuth2/],
    ['Your account is not enabled for IMAP use (Failure)', 'auth_failed', /IMAP is switched off/],
    ['[ALERT] Please log in via your web browser', 'auth_failed', /by a browser/],
    ['Account exceeded command or bandwidth limits', 'throttled', /for now/],
    ['Server error - please try again later', 'throttled', /for now/],
    ['[INUSE] Mailbox in use', 'throttled', /for now/],
    ['[AUTHENTICATIONFAILED] Invalid credentials, please try again', 'auth_failed', /check username and password/],
  ])('tells a person what "%s" means', async (text, status, words) => {
    const mailbox = await watch({ before: (server) => server.misbehave({ at: 'login', how: 'no', text }) });
    const told = await eventually(() => mailbox.conditions.find(({ connection }) => connection === 'disconnected'));
    expect([told.status, told.statusDetail]).toEqual([status, expect.stringMatching(words)]);
  });

  it('is proven only by an answer of the server', async () => {
    const mailbox = await watch({ before: (server) => server.misbehave({ at: 'select', how: 'hang' }) });
    await eventually(() => mailbox.conditions.find(({ connection }) => connection === 'disconnected'));
    expect(mailbox.conditions.every(({ provenAt }) => provenAt === null)).toBe(true);
  });

  it('has its junk folder looked at, and mail there taken in once', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.server.deliver(USER.name, 'Subject: taken for junk\r\n\r\nCode 482913\r\n', { folder: 'Junk' });
    await published(mailbox, ['taken for junk']);
    await eventually(() => mailbox.server.connections(USER.name) === 1 || undefined);
    expect(mailbox.ledger.subjects).toEqual(['taken for junk']);
    expect(mailbox.ledger.published[0]?.folder).toBe('Junk');
  });

  it('has a second connection on its junk folder while a ticket waits, and never a third', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.watcher.awaitMail(60_000);
    await eventually(() => mailbox.server.connections(USER.name) === 2 || undefined);
    mailbox.server.deliver(USER.name, 'Subject: awaited\r\n\r\nCode 482913\r\n', { folder: 'Junk' });
    await published(mailbox, ['awaited']);
    mailbox.server.dropAll();
    mailbox.server.deliver(USER.name, 'Subject: awaited too\r\n\r\nCode 482914\r\n', { folder: 'Junk' });
    await published(mailbox, ['awaited too']);
    expect(mailbox.server.connections(USER.name)).toBeLessThanOrEqual(2);
  });

  it('tells why a second connection was refused, and stays connected by its first', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.server.misbehave({ at: 'login', how: 'no', text: 'Too many simultaneous connections' });
    mailbox.watcher.awaitMail(60_000);
    await eventually(() => mailbox.ended[0]);
    expect(mailbox.ended[0]).toMatchObject({ status: 'throttled' });
    expect(mailbox.conditions.at(-1)).toMatchObject({ connection: 'connected' });
  });

  it('is polled where the server has no IDLE', async () => {
    const mailbox = await watch({ limits: { hasIdle: false } });
    await connected(mailbox);
    // Whoever begins an IDLE here gets no answer any more.
    mailbox.server.misbehave({ at: 'idle', how: 'hang' });
    mailbox.deliver('polled');
    await published(mailbox, ['polled']);
    expect(mailbox.server.logins).toBe(1);
  });

  it('is polled where the server offers IDLE and refuses it', async () => {
    const mailbox = await watch({ before: (server) => server.misbehave({ at: 'idle', how: 'bad' }) });
    await connected(mailbox);
    mailbox.deliver('polled');
    await published(mailbox, ['polled']);
    expect(mailbox.server.logins).toBe(1);
  });

  it('is looked at where the server writes names of folders as literals', async () => {
    const mailbox = await watch({ before: (server) => server.misbehave({ at: 'status', how: 'literal-name' }) });
    await connected(mailbox);
    const looks = () => new Set(mailbox.conditions.map(({ provenAt }) => provenAt)).size;
    await eventually(() => looks() > 3 || undefined);
    mailbox.deliver('noticed');
    await published(mailbox, ['noticed']);
    expect(mailbox.server.logins).toBe(1);
  });

  it('has one connection at a time, and none once it is let go', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.server.dropAll();
    mailbox.deliver('again');
    await published(mailbox, ['again']);
    expect(mailbox.server.connections(USER.name)).toBe(1);
    mailbox.watcher.stop();
    await eventually(() => mailbox.server.connections(USER.name) === 0 || undefined);
  });
});

describe('a mailbox that is inherited', () => {
  it('is watched by the connection that the heir made, from the mail on that came meanwhile', async () => {
    const mailbox = await watch({
      isInherited: true,
      before: (server) => server.misbehave({ at: 'login', how: 'no', text: '[UNAVAILABLE] not yet', times: 2 }),
    });
    mailbox.deliver('meanwhile');
    await connected(mailbox);
    mailbox.deliver('afterwards');
    await published(mailbox, ['afterwards']);
    expect(mailbox.server.logins).toBe(1);
    mailbox.watcher.stop();
    await eventually(() => mailbox.server.connections(USER.name) === 0 || undefined);
  });

  it('is connected to after its lease has moved where the server allows one connection', async () => {
    const mailbox = await watch({ isInherited: true, limits: { connections: 1 } });
    await connected(mailbox);
    mailbox.deliver('new');
    await published(mailbox, ['new']);
    expect(mailbox.server.logins).toBe(1);
  });

  it('gives up its second connection while an heir connects, and takes it again when that is gone', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.watcher.awaitMail(60_000);
    await eventually(() => mailbox.server.sessions(USER.name, 'Junk') === 1 || undefined);
    mailbox.watcher.shareWithHeir(true);
    await eventually(() => mailbox.server.connections(USER.name) === 1 || undefined);
    expect(mailbox.server.sessions(USER.name, 'INBOX')).toBe(1);
    mailbox.watcher.shareWithHeir(false);
    await eventually(() => mailbox.server.sessions(USER.name, 'Junk') === 1 || undefined, { timeoutMs: 15_000 });
  });

  it('is left alone by an owner whose fence is old', async () => {
    const mailbox = await watch();
    await connected(mailbox);
    mailbox.ledger.fence = 2;
    mailbox.deliver('for the new owner');
    await mailbox.watcher.ended;
    await eventually(() => mailbox.server.connections(USER.name) === 0 || undefined);
    expect(mailbox.conditions.some(({ connection }) => connection === 'disconnected')).toBe(false);
  });
});

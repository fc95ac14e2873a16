import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImapFlow } from 'imapflow';

import { makeCertificate } from '../src/certificate.ts';
import { startDovecot } from '../src/dovecot.ts';
import { eventually } from '../src/eventually.ts';
import { startImapServer } from '../src/imap-server.ts';
import { buildMail } from '../src/mail.ts';

const USER = { name: 'ada@otters.example', password: 'holt-0451' };
const MAIL = buildMail({
  from: 'Riverbank <a@riverbank.example>',
  to: USER.name,
  subject: 'Käse',
  text: 'Code 482913',
  html: '<b>482913</b>',
});

interface Place {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly deliver: (raw: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function ours(): Promise<Place> {
  const tls = await makeCertificate();
  const server = await startImapServer({ users: [USER], tls });
  const deliver = async (raw: string): Promise<void> => void server.deliver(USER.name, raw);
  return { host: server.host, port: server.port, ca: tls.cert, deliver, stop: server.stop };
}

async function dovecot(): Promise<Place> {
  const server = await startDovecot({ users: [USER] });
  return {
    host: server.host,
    port: server.tlsPort,
    ca: server.ca,
    deliver: (raw) => server.deliver(USER.name, raw),
    stop: server.stop,
  };
}

// Our server is held to the same as Dovecot, so that what is tested on it means something.
describe.each([
  ['our own IMAP server', ours],
  ['Dovecot', dovecot],
])('%s', (_name, start) => {
  let place: Place;
  const clients: ImapFlow[] = [];

  beforeAll(async () => {
    place = await start();
  }, 60_000);
  afterAll(async () => {
    for (const client of clients) client.close();
    await place.stop();
  });

  async function logIn(password = USER.password): Promise<ImapFlow> {
    const client = new ImapFlow({
      host: place.host,
      port: place.port,
      secure: true,
      auth: { user: USER.name, pass: password },
      tls: { ca: place.ca },
      logger: false,
      disableAutoIdle: true,
      disableCompression: true,
    });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  }

  it('refuses a wrong password as such', async () => {
    await expect(logIn('wrong')).rejects.toMatchObject({ authenticationFailed: true });
  });

  it('announces a mail to who idles, and gives it in one fetch', async () => {
    const client = await logIn();
    const { uidNext } = await client.mailboxOpen('INBOX', { readOnly: true });
    let rang = false;
    client.on('exists', () => {
      rang = true;
    });
    const idling = client.idle();
    await place.deliver(MAIL);
    await eventually(() => rang || undefined);
    const query = { uid: true, envelope: true, bodyStructure: true, size: true, source: { start: 0, maxLength: 100 } };
    const mail = await client.fetchOne(`${uidNext}:*`, query, { uid: true });
    await idling;
    expect(mail).toMatchObject({ uid: uidNext, envelope: { subject: 'Käse' }, size: MAIL.length });
    expect(mail !== false && mail?.source?.toString()).toBe(MAIL.slice(0, 100));
    expect(mail !== false && mail?.bodyStructure?.childNodes?.map(({ type }) => type)).toEqual(['text/plain', 'text/html']);
  });

  it('tells UIDNEXT to who asks without selecting', async () => {
    const client = await logIn();
    const before = await client.status('INBOX', { uidNext: true });
    await place.deliver(MAIL);
    await eventually(async () => {
      const after = await client.status('INBOX', { uidNext: true });
      return (after !== false && before !== false && (after.uidNext ?? 0) > (before.uidNext ?? 0)) || undefined;
    });
  });

  it('has a junk folder by its special use', async () => {
    const folders = await (await logIn()).list();
    expect(folders.find(({ specialUse }) => specialUse === '\\Junk')?.path).toBe('Junk');
  });
});

describe('our own IMAP server, told to misbehave', () => {
  it.each([
    ['bye', 'greeting'],
    ['reset', 'login'],
    ['no', 'login'],
    ['bad', 'select'],
    ['cut-literal', 'fetch'],
  ] as const)('does %s at %s, once', async (how, at) => {
    const server = await startImapServer({ users: [USER] });
    server.deliver(USER.name, MAIL);
    server.misbehave({ at, how, times: 1 });
    const attempt = async (): Promise<number | undefined> => {
      const client = new ImapFlow({
        host: server.host,
        port: server.port,
        secure: false,
        auth: { user: USER.name, pass: USER.password },
        logger: false,
        disableAutoIdle: true,
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.mailboxOpen('INBOX');
        const mail = await client.fetchOne('1', { source: true });
        return mail === false ? undefined : mail?.source?.length;
      } finally {
        client.close();
      }
    };
    const first = await attempt().catch(() => undefined);
    expect(first).not.toBe(MAIL.length);
    expect(await attempt()).toBe(MAIL.length);
    await server.stop();
  });
});

import { setTimeout as sleep } from 'node:timers/promises';

import type { ImapServer } from '@otterpost/testkit/imap-server';
import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';

/** The least that could read codes: an imapflow listener with mailparser and a regular expression. */
export interface BareListener {
  /** When this code was read. */
  read(code: string): Promise<number>;
}

/** With a folder selected, as a program that needs no more than imapflow would begin. */
export async function connectBare(port: number, user: { name: string; password: string }): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: user.name, pass: user.password },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
  });
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  return client;
}

/** Idles; on EXISTS fetches the new mails, parses each and looks for six digits. */
export async function listenBare({ port }: ImapServer, user: { name: string; password: string }): Promise<BareListener> {
  const waiting = new Map<string, (at: number) => void>();
  const client = await connectBare(port, user);
  let next = 1;
  let isReading = false;
  let hasRung = false;
  client.on('exists', async () => {
    hasRung = true;
    if (isReading) return;
    isReading = true;
    while (hasRung) {
      hasRung = false;
      for await (const { uid, source } of client.fetch(`${next}:*`, { uid: true, source: true }, { uid: true })) {
        if (uid < next || source === undefined) continue;
        next = uid + 1;
        const { text } = await simpleParser(source);
        waiting.get(/\b\d{6}\b/.exec(text ?? '')?.[0] ?? '')?.(performance.timeOrigin + performance.now());
      }
    }
    isReading = false;
    void client.idle();
  });
  void client.idle();
  await sleep(100);
  return {
    read: (code) =>
      new Promise((resolve) => {
        waiting.set(code, (at) => {
          waiting.delete(code);
          resolve(at);
        });
      }),
  };
}

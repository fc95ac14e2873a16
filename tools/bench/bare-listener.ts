import { setTimeout as sleep } from 'node:timers/promises';

import type { ImapServer } from '@otterpost/testkit/imap-server';
import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';

/** The least that could read codes: an imapflow listener with mailparser and a regular expression. */
export interface BareListener {
  /** When this code was read. */
  read(code: string): Promise<number>;
}

/** Idles; on EXISTS fetches the new mails, parses each and looks for six digits. */
export async function listenBare(server: ImapServer, user: { name: string; password: string }): Promise<BareListener> {
  const waiting = new Map<string, (at: number) => void>();
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: false,
    auth: { user: user.name, pass: user.password },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
  });
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
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

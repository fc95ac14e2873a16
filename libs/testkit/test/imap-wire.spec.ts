import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually } from '../src/eventually.ts';
import { type ImapServer, startImapServer } from '../src/imap-server.ts';

const MAIL = 'Subject: otters\r\n\r\nsplash\r\n';

describe('our own IMAP server, on the wire', () => {
  let server: ImapServer;
  let socket: Socket;
  let heard: string;

  beforeEach(async () => {
    server = await startImapServer({ users: [{ name: 'ada', password: 'holt' }] });
    server.deliver('ada', MAIL);
    server.deliver('ada', MAIL);
    heard = '';
    socket = connect(server.port, server.host).on('data', (chunk) => {
      heard += chunk.toString();
    });
  });
  afterEach(async () => {
    socket.destroy();
    await server.stop();
  });

  /** Sends it, and gives all that is heard until the awaited words are there. */
  async function say(text: string, awaited: string): Promise<string[]> {
    heard = '';
    socket.write(text);
    return hear(awaited);
  }

  async function hear(awaited: string): Promise<string[]> {
    await eventually(() => heard.includes(awaited) || undefined);
    return heard.trimEnd().split('\r\n');
  }

  async function openInbox(): Promise<void> {
    await hear('* OK');
    await say('a LOGIN ada holt\r\n', 'a OK');
    await say('b SELECT INBOX\r\n', 'b OK');
  }

  it('invites to each literal once', async () => {
    await hear('* OK');
    expect(await say('a LOGIN {3}\r\n', '+ ')).toEqual(['+ go on']);
    expect(await say('ada {4}\r\n', '+ ')).toEqual(['+ go on']);
    expect(await say('holt\r\n', 'a OK')).toEqual([expect.stringContaining('a OK')]);
  });

  it('tells who idles of a mail that goes and of one that comes in its place', async () => {
    await openInbox();
    await say('c IDLE\r\n', '+ idling');
    heard = '';
    server.expunge('ada', 'INBOX', 1);
    server.deliver('ada', MAIL);
    expect(await hear('EXISTS')).toEqual(['* 1 EXPUNGE', '* 2 EXISTS']);
  });

  it('tells at NOOP what happened between commands', async () => {
    await openInbox();
    server.expunge('ada', 'INBOX', 2);
    const { uid } = server.deliver('ada', MAIL);
    server.expunge('ada', 'INBOX', uid);
    server.deliver('ada', MAIL);
    expect(await say('c NOOP\r\n', 'c OK')).toEqual(['* 2 EXPUNGE', '* 2 EXISTS', 'c OK done']);
  });
});

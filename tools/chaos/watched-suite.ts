import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';

import { addMailbox } from '../demo/show.ts';
import type { Door } from '../demo/worker.ts';
import { type Suite, type SuiteOptions, startSuite } from '../suite/suite.ts';

const CONNECT_DEADLINE_MS = 30_000;

export interface WatchedSuite {
  readonly suite: Suite;
  readonly door: Door;
  /** Outside of the suite: no fault reaches it. */
  readonly server: ImapServer;
  readonly mailboxes: readonly { readonly id: string; readonly user: string }[];
}

/** Runs the part with a suite that watches so many mailboxes; ends and removes all of it afterwards. */
export async function withWatchedSuite<T>(
  mailboxes: number,
  { replicas, env }: Pick<SuiteOptions, 'replicas' | 'env'>,
  part: (watched: WatchedSuite) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'otterpost-chaos-'));
  const users = Array.from({ length: mailboxes }, (_, at) => ({ name: `box${at}@otters.example`, password: 'holt-0451' }));
  const server = await startImapServer({ users });
  const options = { dataDir, httpPort: 0, grpcPort: 0, env: { OTTERPOST_LOG_LEVEL: 'error', ...env } };
  const suite = await startSuite(replicas === undefined ? options : { ...options, replicas });
  try {
    const door = { url: suite.url, key: suite.adminKey };
    const added: { id: string; user: string }[] = [];
    for (const { name, password } of users) {
      const auth = { type: 'password', password };
      const place = { host: server.host, port: server.port, security: 'none' };
      const { id } = await addMailbox(door, { name, ...place, username: name, auth }, CONNECT_DEADLINE_MS);
      added.push({ id, user: name });
    }
    return await part({ suite, door, server, mailboxes: added });
  } finally {
    await suite.stop();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

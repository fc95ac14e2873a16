import { Failure } from '@otterpost/contracts/failure';
import { type MailboxId, newId } from '@otterpost/contracts/ids';
import type { MailReceived } from '@otterpost/contracts/mail-events';
import { providerAt } from '@otterpost/contracts/mail-providers';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';
import { createHostGuard } from '@otterpost/service/host-guard';
import { secret } from '@otterpost/testkit/canary';
import { type ImapServer, startImapServer } from '@otterpost/testkit/imap-server';

import { createLogIn } from '../src/adapters/imap-login.ts';
import { createFolderOpener } from '../src/adapters/imapflow-session.ts';
import { pause } from '../src/adapters/pause.ts';
import { Heir } from '../src/core/heir.ts';
import type { Ledger } from '../src/core/ledger.ts';
import { LoginGate } from '../src/core/login-gate.ts';
import { type Condition, MailboxWatcher, type Surroundings } from '../src/core/mailbox-watcher.ts';

const COMMAND_DEADLINE_MS = 500;

export const USER = { name: 'ada@otters.example', password: secret('holt') };

/** A ledger in memory, by the same rules as the real one; what was published, by UID. */
export class MemoryLedger implements Ledger {
  readonly published: MailReceived[] = [];
  readonly noted = new Map<string, number>();
  readonly settled = new Set<string>();
  #first = new Map<string, number>();
  #digests = new Map<string, { key: string; uidValidity: number }>();
  #position = 0;
  fence = 1;

  async openFolder({ fence, folder, uidValidity, uidNext, firstUid }: Parameters<Ledger['openFolder']>[0]) {
    if (fence < this.fence) throw new Failure('stale_fence');
    const incarnation = `${folder}:${uidValidity}`;
    const seenBefore = [...this.#first.keys()].some((key) => key.startsWith(`${folder}:`));
    const isRenewed = seenBefore && !this.#first.has(incarnation) && typeof firstUid !== 'number';
    if (!isRenewed && !this.#first.has(incarnation)) this.#first.set(incarnation, firstUid ?? uidNext);
    const known = [...this.noted.keys()].flatMap((key) => (key.startsWith(`${incarnation}:`) ? [Number(key.split(':')[2])] : []));
    return {
      isRenewed,
      lastUid: Math.max((this.#first.get(incarnation) ?? 1) - 1, ...known),
      known,
      unsettled: known.filter((uid) => !this.settled.has(`${incarnation}:${uid}`)),
    };
  }

  async reserve(): Promise<number> {
    this.#position += 1;
    return this.#position;
  }

  async note({ fence, folder, uidValidity, mails, position }: Parameters<Ledger['note']>[0]) {
    if (fence < this.fence) throw new Failure('stale_fence');
    return mails.map(({ uid, digest }, at) => {
      const key = `${folder}:${uidValidity}:${uid}`;
      const before = this.#digests.get(`${folder}:${digest}`);
      const isRecognized = before !== undefined && before.uidValidity !== uidValidity;
      if (isRecognized && this.settled.has(before.key)) this.settled.add(key);
      if (!this.noted.has(key)) {
        const known = isRecognized ? this.noted.get(before.key) : undefined;
        this.noted.set(key, known ?? (at === 0 ? position : null) ?? ++this.#position);
      }
      this.#digests.set(`${folder}:${digest}`, { key, uidValidity });
      return { uid, position: this.noted.get(key) ?? 0, settled: this.settled.has(key) };
    });
  }

  async publish(mail: MailReceived): Promise<void> {
    this.published.push(mail);
    this.settled.add(`${mail.folder}:${mail.uidValidity}:${mail.uid}`);
  }

  /** The subjects of what was published, in order. */
  get subjects(): string[] {
    return this.published.map(
      ({ source }) => /^Subject: (.*)$/m.exec(Buffer.from(source, 'base64').toString())?.[1]?.trim() ?? '',
    );
  }
}

export interface WatchedMailbox {
  readonly server: ImapServer;
  readonly ledger: MemoryLedger;
  readonly conditions: Condition[];
  /** Why sessions ended. */
  readonly ended: unknown[];
  readonly watcher: MailboxWatcher;
  deliver(subject: string): void;
  /** Has its UID now, and is visible once what this gives is called. */
  withhold(subject: string): () => void;
  stop(): Promise<void>;
}

/** One mailbox on a server of our own, watched by the real watcher over the real imapflow, with short deadlines. */
export async function watchMailbox(
  options: {
    before?: (server: ImapServer) => void;
    password?: string;
    limits?: Partial<MailboxAssignment['limits']>;
    fetchedToday?: number;
    now?: () => Date;
    /** Whether an heir connects first, and the watcher follows when that is ready. */
    isInherited?: boolean;
  } = {},
): Promise<WatchedMailbox> {
  const server = await startImapServer({ users: [USER] });
  options.before?.(server);
  const ledger = new MemoryLedger();
  const conditions: Condition[] = [];
  const ended: unknown[] = [];
  const assignment: MailboxAssignment = {
    mailboxId: newId('mailbox') as MailboxId,
    fence: 1,
    revision: 1,
    name: 'ada',
    host: server.host,
    port: server.port,
    security: 'none',
    username: USER.name,
    credential: '',
    folders: null,
    junkFolder: 'Junk',
    limits: { ...providerAt(server.host).limits, ...options.limits },
    authservId: null,
    ca: null,
    forwarders: [],
    proxy: null,
    fetchedToday: options.fetchedToday ?? 0,
  };
  // One at a time: a login that ended and kept its place would be the last.
  const gate = new LoginGate({ perSecond: 1000, atOnce: 1, now: () => performance.now(), pause });
  const logIn = createLogIn({
    hosts: createHostGuard({ allowPrivateHosts: true }),
    credentialOf: async () => ({ type: 'password', password: options.password ?? USER.password }),
    proxyOf: () => null,
    inTurn: gate.inTurn.bind(gate),
    loginDeadlineMs: COMMAND_DEADLINE_MS * 2,
  });
  const world: Surroundings = {
    ledger,
    open: createFolderOpener({ logIn, commandDeadlineMs: COMMAND_DEADLINE_MS }),
    now: options.now ?? (() => new Date()),
    pause: (ms, signal) => pause(Math.min(ms, 50), signal),
    idleMs: () => 300,
    report: (_, condition) => conditions.push(condition),
    onEnded: (_, error) => ended.push(error),
  };
  const heir = options.isInherited ? await becomeReady(assignment, world) : undefined;
  const watcher = new MailboxWatcher(assignment, world, heir?.handOn.bind(heir));
  const mailWith = (subject: string): string =>
    `From: a@site.example\r\nTo: ${USER.name}\r\nSubject: ${subject}\r\n\r\nCode 482913\r\n`;
  return {
    server,
    ledger,
    conditions,
    ended,
    watcher,
    deliver: (subject) => void server.deliver(USER.name, mailWith(subject)),
    withhold: (subject) => server.withhold(USER.name, mailWith(subject)),
    stop: async () => {
      watcher.stop();
      await watcher.ended;
      await server.stop();
    },
  };
}

function becomeReady(assignment: MailboxAssignment, world: Surroundings): Promise<Heir> {
  return new Promise((resolve) => {
    const heir: Heir = new Heir(assignment, { ...world, onReady: () => queueMicrotask(() => resolve(heir)) });
  });
}

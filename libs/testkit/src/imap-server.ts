import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { type Host, ImapConnection } from './imap/connection.ts';
import { type Misbehaviour, Script } from './imap/misbehaviour.ts';
import { type Account, Folder } from './imap/store.ts';

export type { Misbehaviour } from './imap/misbehaviour.ts';

export interface ImapServerOptions {
  readonly users: readonly { readonly name: string; readonly password: string }[];
  /** PEM; plain text where not given. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
  /** Which access tokens XOAUTH2 takes; the password where not given. */
  readonly acceptsToken?: (user: string, accessToken: string) => boolean | Promise<boolean>;
}

export interface Delivered {
  readonly uid: number;
  /** When the EXISTS line went to the first client that idles there, in milliseconds since 1970 with fractions; when none does, when it was stored. */
  readonly existsAt: number;
}

/** A mail server of our own for tests, the demo and benchmarks: IMAP4rev1 with IDLE, in memory, and able to misbehave on cue. */
export interface ImapServer {
  readonly host: string;
  readonly port: number;
  /** Successful logins so far. */
  readonly logins: number;
  deliver(user: string, raw: string | Buffer, options?: { folder?: string; internalDate?: Date }): Delivered;
  /** A mail in INBOX that has its UID now and is visible once what this gives is called. */
  withhold(user: string, raw: string): () => void;
  addUser(name: string, password: string): void;
  expunge(user: string, folder: string, uid: number): void;
  /** Mails keep their order and get new UIDs, as after a mailbox was made anew. */
  changeUidValidity(user: string, folder: string): void;
  /** Adds a rule; gives what takes it back. */
  misbehave(rule: Misbehaviour): () => void;
  /** Faults that are still to happen, of those that happen a number of times. */
  readonly faultsDue: number;
  /** Connections that are open now, of one user or of all. */
  connections(user?: string): number;
  /** Connections that have this folder selected now. */
  sessions(user: string, folder: string): number;
  /** Cuts every connection. */
  dropAll(): void;
  stop(): Promise<void>;
}

const FOLDERS = ['INBOX', 'Junk'];

export async function startImapServer(options: ImapServerOptions): Promise<ImapServer> {
  const accounts = new Map<string, Account>();
  const script = new Script();
  const open = new Set<ImapConnection>();
  let logins = 0;
  let existsAt: number | undefined;
  const host: Host = {
    accounts,
    script,
    acceptsToken: options.acceptsToken ?? ((user, accessToken) => accounts.get(user)?.password === accessToken),
    onLogin: () => {
      logins += 1;
    },
    onExists: () => {
      existsAt ??= performance.timeOrigin + performance.now();
    },
  };
  const addUser = (name: string, password: string): void => {
    accounts.set(name, { name, password, folders: new Map(FOLDERS.map((folder) => [folder, new Folder(folder, 1)])) });
  };
  for (const { name, password } of options.users) addUser(name, password);

  const accept = (socket: Socket): void => {
    socket.setNoDelay(true);
    const connection = new ImapConnection(socket, host);
    open.add(connection);
    socket.once('close', () => open.delete(connection));
  };
  const server: Server = options.tls === undefined ? createPlainServer(accept) : createTlsServer(options.tls, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  const folderOf = (user: string, name: string): Folder => {
    const folder = accounts.get(user)?.folders.get(name);
    if (folder === undefined) throw new Error(`there is no folder ${name} of ${user}`);
    return folder;
  };

  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get logins() {
      return logins;
    },
    deliver(user, raw, { folder = 'INBOX', internalDate = new Date() } = {}) {
      const place = folderOf(user, folder);
      const { uid } = place.add(Buffer.from(raw), internalDate);
      existsAt = undefined;
      place.ring();
      return { uid, existsAt: existsAt ?? performance.timeOrigin + performance.now() };
    },
    withhold: (user, raw) => folderOf(user, 'INBOX').withhold(Buffer.from(raw), new Date()),
    addUser,
    expunge(user, name, uid) {
      folderOf(user, name).expunge(uid);
    },
    changeUidValidity(user, name) {
      const folder = folderOf(user, name);
      folder.uidValidity += 1;
      const mails = folder.mails.splice(0);
      folder.uidNext = 1;
      for (const mail of mails) folder.add(mail.raw, mail.internalDate);
      for (const connection of open) if (connection.user === user) connection.socket.destroy();
    },
    misbehave: (rule) => script.add(rule),
    get faultsDue() {
      return script.due;
    },
    connections: (user) => (user === undefined ? open.size : [...open].filter((connection) => connection.user === user).length),
    sessions: (user, name) => folderOf(user, name).watchers.size,
    dropAll() {
      for (const connection of open) connection.socket.destroy();
    },
    async stop() {
      for (const connection of open) connection.socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import type { Socket } from 'node:net';

import { fetchItems } from './fetch.ts';
import type { Misbehaviour, Moment, Script } from './misbehaviour.ts';
import { type Account, type Folder, inSet, type StoredMail, type Watcher } from './store.ts';

const CAPABILITIES = 'IMAP4rev1 IDLE LITERAL+ SASL-IR ID NAMESPACE UNSELECT SPECIAL-USE AUTH=PLAIN AUTH=XOAUTH2';
const DRIP_EVERY_MS = 2000;

export interface Host {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly script: Script;
  acceptsToken(user: string, accessToken: string): boolean | Promise<boolean>;
  onLogin(): void;
  /** The EXISTS line of this folder went on the wire. */
  onExists(folder: Folder): void;
}

/** One client's session: reads commands (RFC 3501 section 6), answers them, and tells what changes in the selected folder. */
export class ImapConnection {
  readonly socket: Socket;
  readonly #host: Host;
  #pending: Buffer = Buffer.alloc(0);
  #account: Account | undefined;
  #folder: Folder | undefined;
  #told = 0;
  /** Mails gone that the client knew and was not told of yet, by their sequence number when they went. */
  #gone: number[] = [];
  /** Up to here the client was invited to send the literal of the command that is being read. */
  #invited = 0;
  #idleTag: string | undefined;
  #authTag: string | undefined;
  /** Of a token that was refused: the client answers the reasons with an empty line before it hears NO. */
  #refusedTag: string | undefined;
  #silent = false;

  constructor(socket: Socket, host: Host) {
    this.socket = socket;
    this.#host = host;
    socket.on('data', (chunk) => this.#read(chunk as Buffer));
    // A client that cuts the connection is a client that is gone.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#folder?.watchers.delete(this.#watcher));
    if (this.#misbehaves('greeting') === undefined) this.#send(`* OK [CAPABILITY ${CAPABILITIES}] otters at your service`);
  }

  get user(): string | undefined {
    return this.#account?.name;
  }

  readonly #watcher: Watcher = {
    changed: () => {
      if (this.#idleTag !== undefined) this.#tellChanges();
    },
    expunged: (sequence) => {
      // A mail that came and went between two commands was never there for this client.
      if (sequence > this.#told) return;
      this.#told -= 1;
      this.#gone.push(sequence);
    },
  };

  #tellChanges(): void {
    const folder = this.#folder;
    for (const sequence of this.#gone.splice(0)) this.#send(`* ${sequence} EXPUNGE`);
    if (folder === undefined || folder.mails.length === this.#told) return;
    this.#told = folder.mails.length;
    const lie = this.#host.script.take('exists', this.user);
    this.#send(`* ${lie?.how === 'lie-exists' ? this.#told + 1000 : this.#told} EXISTS`);
    this.#host.onExists(folder);
  }

  /** Whole commands only: a line, with the literals that it announces. */
  #read(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const end = this.#pending.indexOf('\r\n');
      if (end < 0) return;
      let line = this.#pending.subarray(0, end).toString();
      let used = end + 2;
      for (let literal = /\{(\d+)(\+?)\}$/.exec(line); literal !== null; literal = /\{(\d+)(\+?)\}$/.exec(line)) {
        if (literal[2] === '' && used > this.#invited) {
          this.#invited = used;
          this.#send('+ go on');
        }
        const to = used + Number(literal[1]);
        const next = this.#pending.indexOf('\r\n', to);
        if (next < 0) return;
        line = `${line.slice(0, literal.index)}${JSON.stringify(this.#pending.subarray(used, to).toString())}${this.#pending.subarray(to, next)}`;
        used = next + 2;
      }
      this.#pending = this.#pending.subarray(used);
      this.#invited = 0;
      this.#take(line);
    }
  }

  #take(line: string): void {
    if (this.#silent) return;
    if (this.#idleTag !== undefined) return this.#endIdle(line);
    if (this.#refusedTag !== undefined) return this.#endRefusal(this.#refusedTag);
    if (this.#authTag !== undefined) return this.#authenticate(this.#authTag, line);
    const [tag = '', verb = '', ...rest] = line.split(' ');
    const uid = verb.toUpperCase() === 'UID';
    const command = (uid ? (rest.shift() ?? '') : verb).toUpperCase();
    this.#run(tag, command, rest.join(' '), uid);
  }

  #run(tag: string, command: string, text: string, uid: boolean): void {
    switch (command) {
      case 'CAPABILITY':
        return this.#answer(tag, [`* CAPABILITY ${CAPABILITIES}`]);
      case 'LOGIN': {
        const [name = '', password = ''] = words(text);
        return this.#login(tag, name, password);
      }
      case 'AUTHENTICATE': {
        const [, initial] = text.split(' ');
        this.#authTag = tag;
        return initial === undefined ? this.#send('+ ') : this.#authenticate(tag, initial);
      }
      case 'SELECT':
      case 'EXAMINE':
        return this.#select(tag, words(text)[0] ?? '');
      case 'STATUS':
        return this.#status(tag, words(text)[0] ?? '');
      case 'IDLE':
        return this.#idle(tag);
      case 'FETCH':
        return this.#fetch(tag, text, uid);
      case 'SEARCH':
        return this.#search(tag, text, uid);
      case 'LIST':
      case 'LSUB':
        return this.#list(tag, command);
      case 'LOGOUT':
        this.#send('* BYE see you');
        this.#send(`${tag} OK done`);
        this.socket.end();
        return;
      case 'CLOSE':
      case 'UNSELECT':
        this.#folder?.watchers.delete(this.#watcher);
        this.#folder = undefined;
        return this.#answer(tag, []);
      case 'NAMESPACE':
        return this.#answer(tag, ['* NAMESPACE (("" "/")) NIL NIL']);
      case 'ID':
        return this.#answer(tag, ['* ID ("name" "otterpost testkit")']);
      case 'NOOP':
      case 'CHECK':
        this.#tellChanges();
        return this.#answer(tag, []);
      case 'ENABLE':
        return this.#answer(tag, []);
      default:
        this.#send(`${tag} BAD ${command} is not spoken here`);
    }
  }

  #authenticate(tag: string, line: string): void {
    this.#authTag = undefined;
    const text = Buffer.from(line, 'base64').toString();
    // XOAUTH2: user=name^Aauth=Bearer token^A^A
    const [xoauthUser, bearer] = text.split('\u0001').map((field) => field.replace(/^(user=|auth=Bearer )/, ''));
    if (text.startsWith('user=')) {
      void this.#loginByToken(tag, xoauthUser ?? '', bearer ?? '');
      return;
    }
    const [, name = '', password = ''] = text.split('\0');
    this.#login(tag, name, password);
  }

  #login(tag: string, name: string, password: string): void {
    const account = this.#host.accounts.get(name);
    if (this.#misbehaves('login', tag, name) !== undefined) return;
    if (account?.password !== password) {
      this.#send(`${tag} NO [AUTHENTICATIONFAILED] Invalid credentials`);
      return;
    }
    this.#welcome(tag, account);
  }

  /** The dialogue of https://developers.google.com/gmail/imap/xoauth2-protocol. */
  async #loginByToken(tag: string, name: string, accessToken: string): Promise<void> {
    if (this.#misbehaves('login', tag, name) !== undefined) return;
    const account = this.#host.accounts.get(name);
    if (account !== undefined && (await this.#host.acceptsToken(name, accessToken))) return this.#welcome(tag, account);
    this.#refusedTag = tag;
    this.#send(`+ ${Buffer.from('{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}').toString('base64')}`);
  }

  #endRefusal(tag: string): void {
    this.#refusedTag = undefined;
    this.#send(`${tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)`);
  }

  #welcome(tag: string, account: Account): void {
    this.#account = account;
    this.#host.onLogin();
    this.#send(`${tag} OK [CAPABILITY ${CAPABILITIES}] logged in`);
  }

  #select(tag: string, name: string): void {
    if (this.#misbehaves('select', tag) !== undefined) return;
    const folder = this.#account?.folders.get(folderName(name));
    if (folder === undefined) {
      this.#send(`${tag} NO [NONEXISTENT] there is no folder ${name}`);
      return;
    }
    this.#folder?.watchers.delete(this.#watcher);
    this.#folder = folder;
    this.#told = folder.mails.length;
    this.#gone = [];
    folder.watchers.add(this.#watcher);
    this.#answer(tag, [
      '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
      '* OK [PERMANENTFLAGS ()] read-only',
      `* ${folder.mails.length} EXISTS`,
      '* 0 RECENT',
      `* OK [UIDVALIDITY ${folder.uidValidity}] valid`,
      `* OK [UIDNEXT ${folder.uidNext}] next`,
    ]);
  }

  #status(tag: string, name: string): void {
    const fault = this.#misbehaves('status', tag);
    if (fault !== undefined && fault.how !== 'literal-name') return;
    const folder = this.#account?.folders.get(folderName(name));
    if (folder === undefined) {
      this.#send(`${tag} NO [NONEXISTENT] there is no folder ${name}`);
      return;
    }
    const items = `MESSAGES ${folder.mails.length} UIDNEXT ${folder.uidNext} UIDVALIDITY ${folder.uidValidity}`;
    const named = fault === undefined ? `"${folder.name}"` : `{${folder.name.length}}\r\n${folder.name}`;
    this.#answer(tag, [`* STATUS ${named} (${items})`]);
  }

  #idle(tag: string): void {
    if (this.#misbehaves('idle', tag) !== undefined) return;
    this.#idleTag = tag;
    this.#send('+ idling');
    this.#tellChanges();
  }

  #endIdle(line: string): void {
    if (line.toUpperCase() !== 'DONE') return;
    const tag = this.#idleTag ?? '';
    this.#idleTag = undefined;
    if (this.#misbehaves('done', tag) !== undefined) return;
    this.#send(`${tag} OK idled`);
  }

  #fetch(tag: string, text: string, uid: boolean): void {
    const [set = '', ...rest] = text.split(' ');
    const fault = this.#misbehaves('fetch', tag);
    if (fault !== undefined && fault.how !== 'cut-literal') return;
    const mails = this.#folder?.mails ?? [];
    const fits = inSet(set, uid ? (mails.at(-1)?.uid ?? 0) : mails.length);
    for (const [at, mail] of mails.entries()) {
      if (!fits(uid ? mail.uid : at + 1)) continue;
      const answer = Buffer.concat([
        Buffer.from(`* ${at + 1} FETCH `),
        fetchItems(mail, rest.join(' '), uid),
        Buffer.from('\r\n'),
      ]);
      if (fault?.how === 'cut-literal') {
        this.socket.end(answer.subarray(0, Math.floor(answer.length / 2)));
        return;
      }
      this.socket.write(answer);
    }
    this.#answer(tag, []);
  }

  #search(tag: string, text: string, uid: boolean): void {
    const mails = this.#folder?.mails ?? [];
    const [, set] = /\bUID ([\d:*,]+)/i.exec(text) ?? [];
    const [, since] = /\bSINCE "?([\w-]+)"?/i.exec(text) ?? [];
    const inUids = set === undefined ? () => true : inSet(set, mails.at(-1)?.uid ?? 0);
    const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${since} UTC`);
    const found = [...mails.entries()].filter(
      ([, mail]: [number, StoredMail]) => inUids(mail.uid) && mail.internalDate.getTime() >= from,
    );
    this.#answer(tag, [`* SEARCH ${found.map(([at, mail]) => (uid ? mail.uid : at + 1)).join(' ')}`.trimEnd()]);
  }

  #list(tag: string, command: string): void {
    const folders = [...(this.#account?.folders.values() ?? [])];
    this.#answer(
      tag,
      folders.map(({ name }) => `* ${command} (\\HasNoChildren${name === 'Junk' ? ' \\Junk' : ''}) "/" "${name}"`),
    );
  }

  /** Untagged lines, what happened in the folder meanwhile, then the end of the command. */
  #answer(tag: string, lines: readonly string[]): void {
    for (const line of lines) this.#send(line);
    this.#send(`${tag} OK done`);
  }

  #send(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  /** Does what the script wants here; gives the rule when the command was dealt with by it. */
  #misbehaves(at: Moment, tag = '*', user = this.user): Misbehaviour | undefined {
    const rule = this.#host.script.take(at, user);
    if (rule === undefined || rule.how === 'lie-exists') return undefined;
    switch (rule.how) {
      case 'hang':
        this.#silent = true;
        break;
      case 'drip':
      case 'endless-ok':
        this.#silent = true;
        this.#drip(rule.how === 'drip' ? '*' : '* OK still here\r\n');
        break;
      case 'bye':
        this.#send(`* BYE ${rule.text ?? 'going down'}`);
        this.socket.end();
        break;
      case 'reset':
        this.socket.resetAndDestroy();
        break;
      case 'no':
        this.#send(`${tag} NO ${rule.text ?? 'not now'}`);
        break;
      case 'bad':
        this.#send(`${tag} BAD ${rule.text ?? 'what?'}`);
        break;
      case 'end-idle':
        this.#send('+ idling');
        this.#send(`${tag} OK idle ended by the server`);
        break;
    }
    return rule;
  }

  #drip(piece: string): void {
    const timer = setInterval(() => this.socket.write(piece), DRIP_EVERY_MS);
    this.socket.once('close', () => clearInterval(timer));
  }
}

function folderName(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}

/** Atoms and quoted strings (RFC 3501 section 4). */
function words(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"]+)/g)].map(
    ([, quoted, atom]) => quoted?.replace(/\\(.)/g, '$1') ?? atom ?? '',
  );
}

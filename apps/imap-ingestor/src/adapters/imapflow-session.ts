import { createHash } from 'node:crypto';

import type { FetchMessageObject, ImapFlow, MessageStructureObject } from 'imapflow';

import {
  type FetchBounds,
  type FetchedMail,
  type FetchedPart,
  type FolderSession,
  type OpenFolder,
  SessionEnded,
} from '../core/folder-session.ts';
import { COMMAND_DEADLINE_MS, LOOK_DEADLINE_MS } from '../core/vigilance.ts';
import { within } from './deadline.ts';
import { type FolderStatus, Idle } from './idle.ts';
import type { LogIn } from './imap-login.ts';
import { toSessionEnded } from './imap-refusal.ts';
import { Ticks } from './ticks.ts';

/** The beginning of a mail that is fetched whatever the bounds: its headers name its way and its time. */
const DIGESTED_BYTES = 4096;
/** SEARCH SINCE knows days of the server's own time zone only (RFC 9051 section 6.4.4). */
const DAY_MS = 86_400_000;
/** UIDs that one FETCH names: its line has to be short enough for any server. */
const UIDS_AT_ONCE = 100;
const END_OF_HEADER = /\r?\n\r?\n/;
const DATE_FIELD = /^date[ \t]*:((?:.|\r?\n[ \t])*)/im;

export interface SessionOptions {
  readonly logIn: LogIn;
  /** Every command, and every mail of a fetch, is answered within this, or the connection is given up. */
  readonly commandDeadlineMs?: number;
}

/** Logs in and selects the folder read-only. */
export function createFolderOpener({ logIn, commandDeadlineMs = COMMAND_DEADLINE_MS }: SessionOptions): OpenFolder {
  const ticks = new Ticks();
  return async (assignment, folder, signal, onStep) => {
    const client = await logIn(assignment, signal, onStep);
    const abort = (): void => client.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const selected = await within(commandDeadlineMs, client, client.mailboxOpen(folder, { readOnly: true }));
      const { hasIdle } = assignment.limits;
      return new ImapFolderSession(client, folder, { ...selected, hasIdle, ticks, deadlineMs: commandDeadlineMs });
    } catch (error) {
      client.close();
      throw toSessionEnded(error, assignment);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}

interface Selected {
  readonly uidValidity: bigint;
  readonly uidNext: number;
  readonly hasIdle: boolean;
  readonly ticks: Ticks;
  readonly deadlineMs: number;
}

class ImapFolderSession implements FolderSession {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly #client: ImapFlow;
  readonly #folder: string;
  readonly #ticks: Ticks;
  readonly #deadlineMs: number;
  readonly #idle: Idle;
  readonly #mayIdle: boolean;
  /** Commands of imapflow under way: IDLE waits for them. */
  #commands = 0;
  #rangAt: Date | undefined;
  /** What an EXISTS line told that imapflow has yet to tell. */
  #heardFirst: number | undefined;
  #wake: (() => void) | undefined;
  #over: SessionEnded | undefined;
  #isNudged = false;

  constructor(client: ImapFlow, folder: string, selected: Selected) {
    this.#client = client;
    this.#folder = folder;
    this.#ticks = selected.ticks;
    this.#deadlineMs = selected.deadlineMs;
    this.uidValidity = Number(selected.uidValidity);
    this.uidNext = selected.uidNext;
    this.#mayIdle = selected.hasIdle && client.capabilities.has('IDLE');
    this.#idle = new Idle(client, this.#ticks, {
      onExists: (count) => this.#hearFirst(count),
      onEnded: () => this.#wake?.(),
    });
    client.on('exists', ({ count }) => {
      if (count !== this.#heardFirst) this.#ring();
      this.#heardFirst = undefined;
    });
    client.once('close', () => {
      this.#over ??= new SessionEnded('unreachable', 'The mail server closed the connection');
      this.#wake?.();
    });
  }

  get hasIdle(): boolean {
    return this.#mayIdle && !this.#idle.isRefused;
  }

  get receivedBytes(): number {
    return this.#client.stats().received + this.#idle.readBytes;
  }

  fetchFrom(uid: number, bounds: FetchBounds): AsyncIterable<FetchedMail> {
    this.#rangAt = undefined;
    return this.#fetch(`${uid}:*`, bounds);
  }

  fetch(uids: readonly number[], bounds: FetchBounds): AsyncIterable<FetchedMail> {
    return this.#fetch(uids.join(','), bounds);
  }

  async listFrom(uid: number): Promise<number[]> {
    const found = await this.#command(() => this.#client.search({ uid: `${uid}:*` }, { uid: true }));
    return found || [];
  }

  async listSince(internalDate: Date): Promise<number[]> {
    const since = new Date(internalDate.getTime() - DAY_MS);
    const found = await this.#command(() => this.#client.search({ since }, { uid: true }));
    const uids: number[] = [];
    const days = found || [];
    for (let at = 0; at < days.length; at += UIDS_AT_ONCE) {
      const some = days.slice(at, at + UIDS_AT_ONCE).join(',');
      const dates = this.#client.fetch(some, { uid: true, internalDate: true }, { uid: true });
      for await (const message of this.#timed(dates)) {
        const date = toDate(message.internalDate);
        if (date === null || date >= internalDate) uids.push(message.uid);
      }
    }
    return uids.sort((a, b) => a - b);
  }

  async lookAtUidNext(): Promise<number> {
    if (!this.hasIdle) await this.#command(() => this.#client.noop(), this.#lookDeadlineMs);
    const status = await this.lookAt(this.#folder);
    if (status === undefined)
      throw new SessionEnded('unreachable', `The mail server tells nothing of the folder ${this.#folder}`);
    return status.uidNext;
  }

  lookAt(folder: string): Promise<FolderStatus | undefined> {
    if (!this.hasIdle || this.#commands > 0 || !this.#idle.canLookAt(folder)) return this.#askStatus(folder);
    return this.#idle.lookAt(folder, this.#lookDeadlineMs);
  }

  async #askStatus(folder: string): Promise<FolderStatus | undefined> {
    const query = { uidNext: true, uidValidity: true };
    const status = await this.#command(() => this.#client.status(folder, query).catch(nothingThere), this.#lookDeadlineMs);
    if (status === false || status.uidNext === undefined || status.uidValidity === undefined) return undefined;
    return { uidNext: status.uidNext, uidValidity: Number(status.uidValidity) };
  }

  get #lookDeadlineMs(): number {
    return Math.min(LOOK_DEADLINE_MS, this.#deadlineMs);
  }

  async findJunk(name: string): Promise<string | undefined> {
    const folders = await this.#command(() => this.#client.list());
    return (folders.find(({ specialUse }) => specialUse === '\\Junk') ?? folders.find(({ path }) => path === name))?.path;
  }

  async waitForBell(forMs: number): Promise<{ rangAt: Date } | undefined> {
    let isDue = false;
    this.#isNudged = false;
    const forgetEnd = this.#ticks.after(forMs, () => {
      isDue = true;
      this.#wake?.();
    });
    while (this.#rangAt === undefined && this.#over === undefined && !this.#isNudged && !isDue) {
      // Again when the server, or a command of ours, has ended it.
      if (this.hasIdle && this.#commands === 0) this.#idle.begin();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    forgetEnd();
    this.#wake = undefined;
    if (this.#over !== undefined) throw this.#over;
    return this.#rangAt === undefined ? undefined : { rangAt: this.#rangAt };
  }

  #ring(): void {
    this.#rangAt ??= new Date();
    this.#wake?.();
  }

  /** The line itself, before imapflow has read it and tells whoever does not hear it here. As there, a count that is known rings nothing. */
  #hearFirst(count: number): void {
    const { mailbox } = this.#client;
    if (mailbox === false || mailbox.exists === count) return;
    this.#heardFirst = count;
    this.#ring();
  }

  nudge(): void {
    this.#isNudged = true;
    this.#wake?.();
  }

  close(): void {
    this.#client.close();
  }

  async *#fetch(range: string, bounds: FetchBounds): AsyncIterable<FetchedMail> {
    const source = { start: 0, maxLength: bounds.source };
    const messages = this.#client.fetch(range, { uid: true, internalDate: true, size: true, source }, { uid: true });
    const cut: FetchMessageObject[] = [];
    for await (const message of this.#timed(messages)) {
      if ((message.size ?? 0) > bounds.source) cut.push(message);
      else yield toFetchedMail(message, []);
    }
    // No other command may run while the answers of one are read.
    for (const message of cut) yield toFetchedMail(message, await this.#fetchTextParts(message, bounds.textParts));
  }

  async #fetchTextParts(message: FetchMessageObject, most: number): Promise<FetchedPart[]> {
    const uid = String(message.uid);
    const described = await this.#command(() => this.#client.fetchOne(uid, { bodyStructure: true }, { uid: true }));
    if (described === false || described === undefined) return [];
    const wanted: MessageStructureObject[] = [];
    let bytes = 0;
    for (const part of textParts(described.bodyStructure)) {
      bytes += part.size ?? most;
      if (bytes <= most) wanted.push(part);
    }
    if (wanted.length === 0) return [];
    const bodyParts = wanted.map((part) => part.part ?? '1');
    const fetched = await this.#command(() => this.#client.fetchOne(uid, { bodyParts }, { uid: true }));
    if (fetched === false || fetched === undefined) return [];
    return wanted.flatMap((part) => {
      const content = fetched.bodyParts?.get(part.part ?? '1');
      if (content === undefined) return [];
      return [
        {
          part: part.part ?? '1',
          type: part.type,
          charset: part.parameters?.charset ?? null,
          encoding: part.encoding ?? null,
          content,
        },
      ];
    });
  }

  async #command<T>(work: () => Promise<T>, deadlineMs = this.#deadlineMs): Promise<T> {
    this.#commands += 1;
    try {
      return await within(deadlineMs, this.#client, work());
    } finally {
      this.#commands -= 1;
      this.#wake?.();
    }
  }

  /** Every message must come within the deadline of a command; the time that its reader takes does not count. */
  async *#timed(messages: AsyncGenerator<FetchMessageObject>): AsyncIterable<FetchMessageObject> {
    this.#commands += 1;
    try {
      for (;;) {
        const next = await within(this.#deadlineMs, this.#client, messages.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      this.#commands -= 1;
      this.#wake?.();
    }
  }
}

/** NO to a STATUS says that there is no such folder; all else is the connection's end. */
function nothingThere(error: unknown): false {
  if ((error as { responseStatus?: string }).responseStatus === 'NO') return false;
  throw error;
}

function toFetchedMail(message: FetchMessageObject, parts: readonly FetchedPart[]): FetchedMail {
  const source = message.source ?? Buffer.alloc(0);
  return {
    uid: message.uid,
    internalDate: toDate(message.internalDate),
    mailDate: toDate(dateIn(source)),
    size: message.size ?? source.length,
    source,
    parts,
    digest: createHash('sha256').update(`${message.size}:`).update(source.subarray(0, DIGESTED_BYTES)).digest('base64url'),
  };
}

/** The sender's `Date:` (RFC 5322 section 3.6.1). It is read here: an ENVELOPE would tell it after much else that nobody asked for. */
function dateIn(source: Buffer): string | undefined {
  const text = source.toString('latin1');
  const header = text.slice(0, END_OF_HEADER.exec(text)?.index);
  return DATE_FIELD.exec(header)?.[1]?.replaceAll(/\s+/g, ' ');
}

function toDate(value: Date | string | undefined): Date | null {
  if (value === undefined) return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

function textParts(part: MessageStructureObject | undefined): MessageStructureObject[] {
  if (part === undefined) return [];
  if (part.childNodes !== undefined && part.childNodes.length > 0) return part.childNodes.flatMap(textParts);
  return /^text\/(plain|html)$/i.test(part.type) && part.disposition !== 'attachment' ? [part] : [];
}

import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

import type { ImapFlow } from 'imapflow';

import { SessionEnded } from '../core/folder-session.ts';
import type { Ticks } from './ticks.ts';

/** Its types leave out what is used of imapflow here; its version is pinned, and every session goes this way. */
interface Inside {
  readonly socket: Socket;
  /** imapflow's parser of what comes. */
  readonly streamer: Writable;
  /** Called, and waited for, before each of its commands. */
  preCheck: (() => Promise<void>) | false;
}

export interface FolderStatus {
  readonly uidNext: number;
  readonly uidValidity: number;
}

export interface IdleListener {
  /** The number of mails that the server tells; imapflow will, too, a while later. */
  readonly onExists: (count: number) => void;
  /** The server, not this, ended IDLE. */
  readonly onEnded: () => void;
}

interface Look {
  readonly tag: string;
  readonly answer: PromiseWithResolvers<FolderStatus | undefined>;
  readonly forgetDeadline: () => void;
  status?: FolderStatus;
}

/** imapflow's tags are hexadecimal: none of them begins like this. */
const TAG = 'O';
/** What a server tells while a client idles are short lines. */
const LONGEST_LINE = 65_536;
const EXISTS = /^\* (\d{1,10}) EXISTS/i;
/** No response code: nothing that imapflow would act on. */
const STILL_HERE = /^\* OK [^[]/i;
/** What needs neither RFC 3501's modified UTF-7 (section 5.1.3) nor an escape. */
const PLAIN = /^[ !#-%'-[\]-~]+$/;

/**
 * IDLE (RFC 2177) between the commands of an imapflow client, and looks that hardly leave it: DONE, STATUS and the next IDLE go out in one
 * packet, which servers know from Apple Mail. imapflow would take three round trips and write each line for a log that nobody reads: that
 * was most of what an idle mailbox costs. While this idles, it reads line by line, keeps what answers it and hands the rest on to imapflow.
 */
export class Idle {
  readonly #client: ImapFlow;
  readonly #inside: Inside;
  readonly #ticks: Ticks;
  readonly #listener: IdleListener;
  /** Commands that are not answered yet; while there are any, what comes is read here. */
  readonly #unanswered = new Set<string>();
  #tags = 0;
  /** The IDLE that DONE has not ended. */
  #idling: { readonly tag: string; isInvited: boolean } | undefined;
  /** Made only for who has to wait before DONE may be sent. */
  #invitation: PromiseWithResolvers<void> | undefined;
  #look: Look | undefined;
  #line: Buffer | undefined;
  #isRefused = false;
  #readBytes = 0;

  constructor(client: ImapFlow, ticks: Ticks, listener: IdleListener) {
    this.#client = client;
    this.#inside = client as unknown as Inside;
    this.#ticks = ticks;
    this.#listener = listener;
    const { socket, streamer } = this.#inside;
    this.#inside.preCheck = () => this.end();
    socket.unpipe(streamer);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.resume();
    client.once('close', () => this.#close());
  }

  /** The server offers IDLE and does not do it. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** What came and imapflow has not seen. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Whether a look at this folder can be taken here. */
  canLookAt(folder: string): boolean {
    return PLAIN.test(folder);
  }

  /** No command of imapflow may be under way. */
  begin(): void {
    if (this.#idling === undefined) this.#send(this.#idle());
  }

  /** Then commands of imapflow may follow: the answer to DONE is taken out of what comes before theirs. */
  async end(): Promise<void> {
    // Whoever waits for the look hears how it failed.
    await this.#look?.answer.promise.catch(() => undefined);
    if (!this.#mayEnd) await this.#invited();
    const done = this.#done();
    if (done === '') return;
    // In one packet with the command that it makes way for.
    const { socket } = this.#inside;
    socket.cork();
    this.#send(done);
    setImmediate(() => socket.uncork());
  }

  /**
   * A folder as the server tells of it now, undefined where there is none; idles on. Without an answer in time the connection is ended. No
   * command of imapflow may be under way.
   */
  lookAt(folder: string, deadlineMs: number): Promise<FolderStatus | undefined> {
    const answer = Promise.withResolvers<FolderStatus | undefined>();
    const tag = this.#nextTag();
    const forgetDeadline = this.#ticks.after(deadlineMs, () => this.#beLate(deadlineMs));
    this.#look = { tag, answer, forgetDeadline };
    if (this.#mayEnd) this.#ask(tag, folder);
    else void this.#invited().then(() => this.#ask(tag, folder));
    return answer.promise;
  }

  #ask(tag: string, folder: string): void {
    // Not where it had to wait for the server, and did so in vain.
    if (this.#look?.tag !== tag) return;
    this.#send(`${this.#done()}${tag} STATUS "${folder}" (UIDNEXT UIDVALIDITY)\r\n${this.#idle()}`);
  }

  #beLate(deadlineMs: number): void {
    this.#fail(new SessionEnded('unreachable', `The mail server did not answer within ${deadlineMs / 1000} s`));
    this.#client.close();
  }

  #fail(reason: SessionEnded): void {
    this.#look?.forgetDeadline();
    this.#look?.answer.reject(reason);
    this.#look = undefined;
  }

  #nextTag(): string {
    this.#tags += 1;
    const tag = `${TAG}${this.#tags}`;
    this.#unanswered.add(tag);
    return tag;
  }

  #idle(): string {
    const tag = this.#nextTag();
    this.#idling = { tag, isInvited: false };
    return `${tag} IDLE\r\n`;
  }

  /** DONE is no command: before the server's invitation it means nothing. */
  get #mayEnd(): boolean {
    return this.#idling === undefined || this.#idling.isInvited;
  }

  #invited(): Promise<void> {
    this.#invitation ??= Promise.withResolvers();
    return this.#invitation.promise;
  }

  #beInvited(): void {
    if (this.#idling !== undefined) this.#idling.isInvited = true;
    this.#invitation?.resolve();
    this.#invitation = undefined;
  }

  #done(): string {
    if (this.#idling === undefined) return '';
    this.#idling = undefined;
    return 'DONE\r\n';
  }

  #send(lines: string): void {
    if (!this.#inside.socket.destroyed) this.#inside.socket.write(lines);
  }

  #read(chunk: Buffer): void {
    let rest = this.#line === undefined ? chunk : Buffer.concat([this.#line, chunk]);
    this.#line = undefined;
    while (this.#unanswered.size > 0 && rest.length > 0) {
      const end = rest.indexOf('\n') + 1;
      if (end === 0) return this.#keep(rest);
      const line = rest.subarray(0, end);
      const text = line.toString('latin1');
      if (this.#takes(text)) this.#readBytes += end;
      else {
        this.#handOn(line);
        const [, count] = EXISTS.exec(text) ?? [];
        if (count !== undefined) this.#listener.onExists(Number(count));
      }
      rest = rest.subarray(end);
    }
    if (rest.length > 0) this.#handOn(rest);
  }

  #keep(line: Buffer): void {
    if (line.length > LONGEST_LINE) this.#inside.socket.destroy();
    else this.#line = line;
  }

  #handOn(bytes: Buffer): void {
    const { socket, streamer } = this.#inside;
    if (streamer.destroyed || streamer.write(bytes)) return;
    socket.pause();
    streamer.once('drain', () => socket.resume());
  }

  /** Whether the line was meant for this. */
  #takes(line: string): boolean {
    const [tag = '', word = ''] = line.trimEnd().split(' ', 2);
    if (tag === '+') {
      this.#beInvited();
      return true;
    }
    if (this.#unanswered.delete(tag)) {
      this.#conclude(tag, word.toUpperCase());
      return true;
    }
    if (this.#look !== undefined && this.#learn(this.#look, line)) return true;
    // The server had ended IDLE when DONE came, and took that for a command; or tells, every two minutes, that it is still here.
    return tag === 'DONE' || STILL_HERE.test(line);
  }

  /** A name that the server writes as a literal makes two lines of one: both are imapflow's too, or it would lose its place. */
  #learn(look: Look, line: string): boolean {
    const items = /\(([^()]*)\)\s*$/.exec(line)?.[1] ?? '';
    const [, uidNext] = /\bUIDNEXT (\d+)/i.exec(items) ?? [];
    const [, uidValidity] = /\bUIDVALIDITY (\d+)/i.exec(items) ?? [];
    if (uidNext === undefined || uidValidity === undefined) return false;
    look.status = { uidNext: Number(uidNext), uidValidity: Number(uidValidity) };
    return /^\* STATUS /i.test(line);
  }

  #conclude(tag: string, word: string): void {
    if (tag === this.#look?.tag) {
      if (word === 'BAD') return this.#fail(new SessionEnded('unreachable', 'The mail server does not understand STATUS'));
      const { status, answer, forgetDeadline } = this.#look;
      this.#look = undefined;
      forgetDeadline();
      answer.resolve(word === 'OK' ? status : undefined);
    } else if (tag === this.#idling?.tag) {
      this.#beInvited();
      this.#idling = undefined;
      this.#isRefused = word !== 'OK';
      this.#listener.onEnded();
    }
  }

  #close(): void {
    this.#beInvited();
    this.#idling = undefined;
    this.#fail(new SessionEnded('unreachable', 'The mail server closed the connection'));
  }
}

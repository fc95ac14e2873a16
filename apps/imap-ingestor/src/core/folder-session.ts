import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

/** A mail as one round trip brought it. */
export interface FetchedMail {
  readonly uid: number;
  /** By the mail server's clock, in whole seconds. */
  readonly internalDate: Date | null;
  /** The sender's `Date:`. */
  readonly mailDate: Date | null;
  readonly size: number;
  /** From the first byte, cut at the fetch limit. */
  readonly source: Buffer;
  readonly parts: readonly FetchedPart[];
  /** Tells a mail from every other, whatever its UID. */
  readonly digest: string;
}

/** How much of each mail is fetched. */
export interface FetchBounds {
  /** From the first byte, in the first round trip; what is longer has its text parts fetched by themselves. */
  readonly source: number;
  /** The text parts of one mail together. */
  readonly textParts: number;
}

/** A text part beyond the fetch limit. */
export interface FetchedPart {
  readonly part: string;
  readonly type: string;
  readonly charset: string | null;
  readonly encoding: string | null;
  readonly content: Buffer;
}

/** Why a session could not begin or had to end, in words for a person. */
export class SessionEnded extends Error {
  /** `auth_failed` only when the server refused the credential itself; all else may pass. */
  readonly status: 'auth_failed' | 'unreachable' | 'throttled';

  constructor(status: SessionEnded['status'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SessionEnded';
    this.status = status;
  }
}

/**
 * One folder, selected read-only over one connection. Every call ends: with its answer, or with `SessionEnded` when the server did not
 * answer within the deadline of that command. After that the session is over.
 */
export interface FolderSession {
  readonly uidValidity: number;
  readonly uidNext: number;
  /** Without IDLE, bells ring only when the server is asked. */
  readonly hasIdle: boolean;
  /** What came over this connection so far. */
  readonly receivedBytes: number;
  /** Mails with this UID and above, in the order of the server, in one command. */
  fetchFrom(uid: number, bounds: FetchBounds): AsyncIterable<FetchedMail>;
  /** These UIDs; what was expunged is not among the answers. */
  fetch(uids: readonly number[], bounds: FetchBounds): AsyncIterable<FetchedMail>;
  /** UIDs of mails that the server took in since then, by its clock. */
  listSince(internalDate: Date): Promise<number[]>;
  /** All UIDs from this one on, without the mails. */
  listFrom(uid: number): Promise<number[]>;
  /** The folder's UIDNEXT as the server tells it now: a second look, besides the announcements. */
  lookAtUidNext(): Promise<number>;
  /** Another folder, as the server tells of it without selecting it; undefined where there is none of this name. */
  lookAt(folder: string): Promise<{ readonly uidNext: number; readonly uidValidity: number } | undefined>;
  /** The folder that the server marks as \\Junk (RFC 6154), else the one of this name. */
  findJunk(name: string): Promise<string | undefined>;
  /** Idles until the server announces a change, at once when it has since the last fetch, or until `forMs` have passed. */
  waitForBell(forMs: number): Promise<{ rangAt: Date } | undefined>;
  /** Ends the wait for a bell now. */
  nudge(): void;
  /** Ends the connection at once. */
  close(): void;
}

/** Steps of a login, in their order. */
export type LoginStep = 'resolve' | 'connect' | 'tls' | 'login';

/** Calls back when a step of the login was taken. */
export type OpenFolder = (
  assignment: MailboxAssignment,
  folder: string,
  signal: AbortSignal,
  onStep?: (taken: LoginStep) => void,
) => Promise<FolderSession>;

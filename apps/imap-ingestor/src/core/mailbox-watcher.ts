import { toFailure } from '@otterpost/contracts/failure';
import type { MailboxAssignment, MailboxReport } from '@otterpost/contracts/mailbox-requests';

import { BackOff } from './back-off.ts';
import { ClockOffset } from './clock-offset.ts';
import { type OpenFolder, SessionEnded } from './folder-session.ts';
import { FolderWatcher } from './folder-watcher.ts';
import type { Ledger } from './ledger.ts';

const FIRST_BACK_OFF_MS = 500;
const MOST_BACK_OFF_MS = 30_000;
/** A refused credential is seldom mended within a minute, and providers lock who insists. */
const AUTH_BACK_OFF_MS = 60_000;
/** Only a connection that lasted this long starts the back-off anew (FAULTS-AND-THREATS 4.2, "stable after 5 min rule"). */
const STABLE_MS = 300_000;
const RETRY_PAUSE_MS = 100;

export type Condition = Omit<MailboxReport, 'mailboxId' | 'fence'>;

/** What a watcher needs of the world. */
export interface Surroundings {
  readonly open: OpenFolder;
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** Waits; ends early, without a failure, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly idleMs: () => number;
  /** How the mailbox is, whenever that changes. */
  readonly report: (assignment: MailboxAssignment, condition: Condition) => void;
  readonly onEnded: (assignment: MailboxAssignment, error: unknown) => void;
}

/** Keeps one mailbox watched for as long as it is held: connects, watches, and connects again after a pause when that ended. */
export class MailboxWatcher {
  readonly assignment: MailboxAssignment;
  readonly #world: Surroundings;
  readonly #stopping = new AbortController();
  readonly #offset = new ClockOffset();
  readonly #backOff = new BackOff(FIRST_BACK_OFF_MS, MOST_BACK_OFF_MS);
  #folders = new Map<string, FolderWatcher>();
  #condition: Condition = {
    connection: 'connecting',
    status: 'connecting',
    statusDetail: null,
    provenAt: null,
    lastMailAt: null,
    fetchedBytes: 0,
    serverClockOffsetMs: null,
  };
  readonly ended: Promise<void>;

  constructor(assignment: MailboxAssignment, world: Surroundings) {
    this.assignment = assignment;
    this.#world = world;
    this.ended = this.#keepWatched();
  }

  /** Lets go at once. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Fetches again what the ledger has unsettled; false when the folder is not open or is another incarnation. */
  async refetch(folder: string, uids: readonly number[]): Promise<void> {
    await this.#folders.get(folder)?.refetch(uids);
  }

  async #keepWatched(): Promise<void> {
    const { signal } = this.#stopping;
    const [folder = 'INBOX'] = this.assignment.folders ?? ['INBOX'];
    while (!signal.aborted) {
      const began = this.#world.now().getTime();
      try {
        await this.#watchFolder(folder, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#world.onEnded(this.assignment, error);
        if (this.#world.now().getTime() - began > STABLE_MS) this.#backOff.reset();
        const reason = error instanceof SessionEnded ? error : undefined;
        this.#tell({
          connection: 'disconnected',
          status: reason?.status ?? 'unreachable',
          statusDetail: reason?.message ?? null,
        });
        const due = this.#backOff.nextMs();
        await this.#world.pause(reason?.status === 'auth_failed' ? Math.max(due, AUTH_BACK_OFF_MS) : due, signal);
      }
    }
  }

  async #watchFolder(folder: string, signal: AbortSignal): Promise<void> {
    const { open, ledger, now, idleMs } = this.#world;
    const session = await open(this.assignment, folder, signal);
    const close = (): void => session.close();
    signal.addEventListener('abort', close, { once: true });
    const watcher = new FolderWatcher({
      assignment: this.assignment,
      folder,
      session,
      ledger,
      offset: this.#offset,
      now,
      idleMs,
      persist: (work) => this.#persist(work, signal),
      onProof: (at) =>
        this.#tell({ connection: 'connected', status: 'waiting_for_emails', statusDetail: null, provenAt: at.toISOString() }),
      onMail: (at, bytes) => this.#tell({ lastMailAt: at.toISOString() }, bytes),
    });
    this.#folders.set(folder, watcher);
    try {
      await watcher.run();
    } finally {
      this.#folders.delete(folder);
      signal.removeEventListener('abort', close);
      session.close();
    }
  }

  #tell(change: Partial<Condition>, bytes = 0): void {
    this.#condition = { ...this.#condition, ...change, fetchedBytes: bytes, serverClockOffsetMs: this.#offset.ms };
    this.#world.report(this.assignment, this.#condition);
  }

  /** What another service could not do now is done later: the mail is in hand, and fetching it anew would not help. */
  async #persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted || toFailure(error).rule.retry !== 'soon') throw error;
        await this.#world.pause(RETRY_PAUSE_MS, signal);
      }
    }
  }
}

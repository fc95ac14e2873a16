import { Failure, toFailure } from '@otterpost/contracts/failure';
import type { LeaseStanding, MailboxAssignment, MailboxReport } from '@otterpost/contracts/mailbox-requests';

import { BackOff } from './back-off.ts';
import { ClockOffset } from './clock-offset.ts';
import { type BudgetLevel, DayBudget } from './day-budget.ts';
import { type FolderSession, type OpenFolder, SessionEnded } from './folder-session.ts';
import { FolderWatcher } from './folder-watcher.ts';
import type { Ledger } from './ledger.ts';
import { SideFolders } from './side-folders.ts';
import { renewAfterMs } from './vigilance.ts';

const FIRST_BACK_OFF_MS = 500;
const MOST_BACK_OFF_MS = 30_000;
/** A refused credential is seldom mended within a minute, and providers lock who insists. */
const AUTH_BACK_OFF_MS = 60_000;
/** Only a connection that lasted this long starts the back-off anew (FAULTS-AND-THREATS 4.2, "stable after 5 min rule"). */
const STABLE_MS = 300_000;
const RETRY_PAUSE_MS = 100;
/** Who had the mailbox before lets go of its connection at its next heartbeat at the latest. */
const LETTING_GO_MS = 1500;

/** A connection that an heir made while another ingestor was the owner; it ends with the signal. */
export type Inherited = (signal: AbortSignal) => Promise<FolderSession> | undefined;

export type Condition = Omit<MailboxReport, 'mailboxId' | 'fence'>;

/** What a watcher needs of the world. */
export interface Surroundings {
  readonly open: OpenFolder;
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** Waits; ends early, without a failure, when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long to idle before a second look. */
  readonly idleMs: (watch: { isAwaited: boolean; isDeaf: boolean; limits: MailboxAssignment['limits'] }) => number;
  /** How the mailbox is, whenever that changes. */
  readonly report: (assignment: MailboxAssignment, condition: Condition) => void;
  readonly onEnded: (assignment: MailboxAssignment, error: unknown) => void;
}

/** A session and who watches by it; `ended` when it ended by itself, `caughtUp` when it took in what had come. */
interface Watch {
  readonly session: FolderSession;
  readonly ended: Promise<never>;
  readonly caughtUp: Promise<void>;
}

/**
 * Keeps one mailbox watched for as long as it is held: connects, watches, and connects again after a pause when that ended. Its first
 * folder is watched all the time; the others are looked at beside it, and visited when there is something or while a mail is awaited.
 */
export class MailboxWatcher {
  readonly assignment: MailboxAssignment;
  readonly #world: Surroundings;
  readonly #stopping = new AbortController();
  readonly #offset = new ClockOffset();
  readonly #backOff = new BackOff(FIRST_BACK_OFF_MS, MOST_BACK_OFF_MS);
  readonly #budget: DayBudget;
  readonly #beside: SideFolders;
  readonly #folders = new Map<string, FolderWatcher>();
  #first: Inherited | undefined;
  #session: FolderSession | undefined;
  #visits = new AbortController();
  #isParting = false;
  #untoldBytes = 0;
  #awaitedUntil = Number.NEGATIVE_INFINITY;
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

  constructor(assignment: MailboxAssignment, world: Surroundings, first?: Inherited) {
    this.assignment = assignment;
    this.#world = world;
    this.#first = first;
    const { signal } = this.#stopping;
    const { host, limits, fetchedToday } = assignment;
    this.#budget = new DayBudget({ host, limit: limits.bytesPerDay, usedToday: fetchedToday, now: world.now });
    this.#beside = new SideFolders({
      assignment,
      now: world.now,
      from: first === undefined ? 0 : world.now().getTime() + LETTING_GO_MS,
      isAwaited: () => this.#isAwaited,
      isAffordable: () => this.budgetLevel === 'ample' || (this.budgetLevel === 'tight' && this.#isAwaited),
      openFolder: (request) => this.#persist(() => world.ledger.openFolder(request), signal),
      visit: (folder) => this.#visit(folder, AbortSignal.any([signal, this.#visits.signal])),
      onFailed: (error) => {
        if (!signal.aborted && !this.#isParting) world.onEnded(assignment, error);
      },
    });
    this.ended = this.#keepWatched();
  }

  /** Lets go at once. */
  stop(): void {
    this.#stopping.abort();
  }

  /** How much of the day's bytes is left. */
  get budgetLevel(): BudgetLevel {
    return this.#budget.level;
  }

  get standing(): LeaseStanding {
    return this.#isParting ? 'parting' : 'owner';
  }

  /** An heir connects: of the two connections that a mailbox may have, one is its. */
  shareWithHeir(isParting: boolean): void {
    this.#isParting = isParting;
    if (isParting) this.#visits.abort();
    else if (this.#visits.signal.aborted) this.#visits = new AbortController();
  }

  /** A ticket waits for a mail here: for so long, looks are frequent and the junk folder is watched like the inbox. */
  awaitMail(forMs: number): void {
    const wasAwaited = this.#isAwaited;
    this.#awaitedUntil = this.#world.now().getTime() + forMs;
    if (!wasAwaited) this.#session?.nudge();
  }

  /** Fetches again what the ledger has unsettled; a folder that is not selected now is visited for it. */
  async refetch(folder: string, uidValidity: number, uids: readonly number[]): Promise<void> {
    const watcher = this.#folders.get(folder);
    if (watcher === undefined) this.#beside.isOwed(folder);
    else await watcher.refetch(uidValidity, uids);
  }

  get #isAwaited(): boolean {
    return this.#world.now().getTime() < this.#awaitedUntil;
  }

  async #keepWatched(): Promise<void> {
    const { signal } = this.#stopping;
    const [folder = 'INBOX'] = this.assignment.folders ?? ['INBOX'];
    while (!signal.aborted) {
      const began = this.#world.now().getTime();
      try {
        await this.#watchInTurns(folder, signal);
      } catch (error) {
        // Another is the owner: what it was told is its to tell.
        if (signal.aborted || isStale(error)) return;
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

  /** One session after the other; before the server would end one, the next has taken over (make before break). */
  async #watchInTurns(folder: string, signal: AbortSignal): Promise<never> {
    const { limits } = this.assignment;
    const renewMs = renewAfterMs(limits.sessionMinutes);
    let watch = await this.#watch(folder, signal);
    try {
      for (;;) {
        if (renewMs === null) return await watch.ended;
        const turn = new AbortController();
        await Promise.race([watch.ended, this.#world.pause(renewMs, AbortSignal.any([signal, turn.signal]))]).finally(() =>
          turn.abort(),
        );
        signal.throwIfAborted();
        watch = await this.#succeed(watch, folder, signal);
      }
    } finally {
      watch.session.close();
    }
  }

  /** A successor that does not get in leaves the old session in its place. */
  async #succeed(watch: Watch, folder: string, signal: AbortSignal): Promise<Watch> {
    try {
      const next = await this.#watch(folder, signal);
      await Promise.race([next.caughtUp, next.ended]);
      watch.session.close();
      return next;
    } catch (error) {
      this.#world.onEnded(this.assignment, error);
      this.#session = watch.session;
      return watch;
    }
  }

  async #watch(folder: string, signal: AbortSignal): Promise<Watch> {
    const inherited = this.#first?.(signal);
    this.#first = undefined;
    const session = await (inherited ?? this.#world.open(this.assignment, folder, signal));
    this.#session = session;
    const caughtUp = Promise.withResolvers<void>();
    const ended = this.#run(folder, session, signal, {
      onLooked: async () => {
        caughtUp.resolve();
        await this.#beside.look(session);
      },
      isDone: () => false,
    }).then(() => Promise.reject(new SessionEnded('unreachable', 'The watch ended')));
    // Told by whoever waits for it; until then it is nobody's.
    ended.catch(() => undefined);
    return { session, ended, caughtUp: caughtUp.promise };
  }

  /** A second connection, for as long as a mail is awaited, or once; gives the UID up to which all was taken in. */
  async #visit(folder: string, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const session = await this.#world.open(this.assignment, folder, signal);
    const lastUid = await this.#run(folder, session, signal, {
      onLooked: async () => undefined,
      isDone: () => !this.#isAwaited,
    });
    return Math.max(lastUid, session.uidNext - 1);
  }

  async #run(
    folder: string,
    session: FolderSession,
    signal: AbortSignal,
    until: { onLooked: () => Promise<void>; isDone: () => boolean },
  ): Promise<number> {
    const { ledger, now, idleMs } = this.#world;
    const close = (): void => session.close();
    signal.addEventListener('abort', close, { once: true });
    const spend = this.#meter(session);
    const watcher = new FolderWatcher({
      assignment: this.assignment,
      folder,
      session,
      ledger,
      offset: this.#offset,
      now,
      idleMs: (isDeaf) => idleMs({ isAwaited: this.#isAwaited, isDeaf, limits: this.assignment.limits }),
      persist: (work) => this.#persist(work, signal),
      bounds: () => {
        spend();
        return this.#budget.bounds;
      },
      onProof: (at) => {
        spend();
        this.#tellProven(at);
      },
      onMail: (at) => {
        spend();
        this.#tell({ lastMailAt: at.toISOString() });
      },
      ...until,
    });
    this.#folders.set(folder, watcher);
    try {
      await watcher.run();
      return watcher.lastUid;
    } finally {
      if (this.#folders.get(folder) === watcher) this.#folders.delete(folder);
      signal.removeEventListener('abort', close);
      session.close();
      spend();
    }
  }

  /** Each call takes into account what came over the connection since the last one. */
  #meter(session: FolderSession): () => void {
    let spent = 0;
    return () => {
      const bytes = session.receivedBytes - spent;
      spent += bytes;
      this.#budget.spend(bytes);
      this.#untoldBytes += bytes;
    };
  }

  #tellProven(at: Date): void {
    const statusDetail = this.#budget.warning;
    this.#tell({ connection: 'connected', status: 'waiting_for_emails', statusDetail, provenAt: at.toISOString() });
  }

  #tell(change: Partial<Condition>): void {
    const fetchedBytes = this.#untoldBytes;
    this.#untoldBytes = 0;
    this.#condition = { ...this.#condition, ...change, fetchedBytes, serverClockOffsetMs: this.#offset.ms };
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

function isStale(error: unknown): boolean {
  return error instanceof Failure && error.code === 'stale_fence';
}

import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { MailboxId } from '@otterpost/contracts/ids';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';
import {
  getAssignments,
  leaveIngestor,
  livingIngestor,
  MAILBOXES_CHANGED,
  MailboxesChanged,
  type MailboxReport,
  reportMailboxes,
  sweepMails,
  syncIngestor,
} from '@otterpost/contracts/mailbox-requests';
import { AWAITED_FOR_MS, MAIL_AWAITED, MailAwaited } from '@otterpost/contracts/ticket-requests';
import type { Bus, Stoppable } from '@otterpost/messaging/connection';
import type { Requester } from '@otterpost/messaging/request-reply';
import type { Logger } from '@otterpost/service/logger';

import type { BudgetLevel } from '../core/day-budget.ts';
import { Heir } from '../core/heir.ts';
import { MailboxWatcher, type Surroundings } from '../core/mailbox-watcher.ts';
import { type Holding, Roster } from '../core/roster.ts';

/** What another ingestor lost by its death is taken at a heartbeat: it waits for no longer than this besides the lease's end. */
const HEARTBEAT_MS = 1000;
/** A heartbeat that is not answered by then is sent again: four fit into the time that a lease lasts. */
const HEARTBEAT_TIMEOUT_MS = 1500;
/** Who leaves asks this often whether all is inherited. */
const LEAVING_HEARTBEAT_MS = 200;
const READY_AT_ONCE = 500;
const REPORT_EVERY_MS = 250;
const SWEEP_EVERY_MS = 3000;
const ASSIGNMENTS_AT_ONCE = 200;
const REPORTS_AT_ONCE = 500;
/** A ticket whose mailbox nobody knows may be met by any; more than these are not looked at for it every few seconds. */
const AWAITED_ANYWHERE = 200;

export interface LeaseLoopOptions {
  readonly bus: Bus;
  readonly requester: Requester;
  readonly logger: Logger;
  /** How long a stop waits for the heirs. */
  readonly handOverMs: number;
  readonly world: Omit<Surroundings, 'report' | 'onEnded'>;
}

/**
 * Holds leases: tells accounts-service every second that this ingestor lives, watches what it is given, and lets go of all when
 * it was not heard for as long as a lease lasts.
 */
export class LeaseLoop {
  readonly ingestorId = `ingestor-${randomUUID()}`;
  readonly #options: LeaseLoopOptions;
  readonly #roster = new Roster<MailboxWatcher | Heir>();
  readonly #reports = new Map<MailboxId, MailboxReport>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #heard: Stoppable[] = [];
  #renewedAt = performance.now();
  #ttlMs = Number.POSITIVE_INFINITY;
  #syncing: Promise<void> | undefined;
  #syncAgain = false;
  #heirs = 0;
  #isLeaving = false;
  #stopped = false;

  constructor(options: LeaseLoopOptions) {
    this.#options = options;
  }

  /** Whether what is held is known to be held still. */
  get isAlive(): boolean {
    return performance.now() - this.#renewedAt < this.#ttlMs;
  }

  get mailboxes(): number {
    return this.#roster.size;
  }

  /** How many of the mailboxes are at this level of their day's bytes. */
  countAt(level: BudgetLevel): number {
    return [...this.#roster.all()].filter((watching) => watching instanceof MailboxWatcher && watching.budgetLevel === level)
      .length;
  }

  start(): void {
    const { bus } = this.#options;
    this.#heard.push(
      bus.subscribe(MAILBOXES_CHANGED, (_subject, value) => this.#hear(MailboxesChanged.parse(value))),
      bus.subscribe(livingIngestor(this.ingestorId), () => {}),
      bus.subscribe(MAIL_AWAITED, (_subject, value) => this.#awaitMail(MailAwaited.parse(value))),
    );
    this.#timers.push(
      setInterval(() => this.#sync(), HEARTBEAT_MS),
      setInterval(() => this.#letGoWhenExpired(), HEARTBEAT_MS / 4),
      setInterval(() => this.#sendReports(), REPORT_EVERY_MS),
      setInterval(() => this.#sweep(), SWEEP_EVERY_MS),
    );
    this.#sync();
  }

  /** Goes on until each mailbox has an heir that is connected, or the time is up; then lets go of the rest and says so. */
  async stop(): Promise<void> {
    this.#isLeaving = true;
    const until = performance.now() + this.#options.handOverMs;
    do {
      this.#sync();
      await this.#syncing;
      if (this.#heirs === 0 || this.#roster.size === 0) break;
      await sleep(LEAVING_HEARTBEAT_MS);
    } while (performance.now() < until);
    this.#stopped = true;
    for (const heard of this.#heard) heard.stop();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#syncing;
    await Promise.all(this.#roster.stopAll().map((watching) => (watching instanceof Heir ? undefined : watching.ended)));
    await this.#options.requester.ask(leaveIngestor, { ingestorId: this.ingestorId }, { timeoutMs: HEARTBEAT_TIMEOUT_MS });
  }

  #hear({ ingestorIds }: MailboxesChanged): void {
    if (ingestorIds?.includes(this.ingestorId) ?? true) this.#sync();
  }

  #sync(): void {
    if (this.#stopped) return;
    if (this.#syncing !== undefined) {
      this.#syncAgain = true;
      return;
    }
    this.#syncing = this.#heartbeat()
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'a heartbeat was not answered'))
      .finally(() => {
        this.#syncing = undefined;
        if (this.#syncAgain) {
          this.#syncAgain = false;
          this.#sync();
        }
      });
  }

  async #heartbeat(): Promise<void> {
    const { requester } = this.#options;
    const sentAt = performance.now();
    const digest = createHash('md5').update(this.#roster.describe()).digest('hex');
    const ready = [...this.#roster.all()].filter((watching) => watching instanceof Heir && watching.isReady);
    const { ttlMs, heirs, held } = await requester.ask(
      syncIngestor,
      {
        ingestorId: this.ingestorId,
        digest,
        ready: ready.slice(0, READY_AT_ONCE).map(({ assignment }) => assignment.mailboxId),
        isLeaving: this.#isLeaving,
      },
      { timeoutMs: HEARTBEAT_TIMEOUT_MS },
    );
    this.#renewedAt = sentAt;
    this.#ttlMs = ttlMs;
    this.#heirs = heirs;
    if (ready.length > READY_AT_ONCE) this.#syncAgain = true;
    if (held !== null) await this.#follow(held);
  }

  async #follow(held: readonly Holding[]): Promise<void> {
    const due = new Map(this.#roster.follow(held).map((holding) => [holding.mailboxId, holding.standing]));
    const ids = [...due.keys()];
    for (let at = 0; at < ids.length; at += ASSIGNMENTS_AT_ONCE) {
      const mailboxIds = ids.slice(at, at + ASSIGNMENTS_AT_ONCE);
      const { assignments } = await this.#options.requester.ask(getAssignments, { ingestorId: this.ingestorId, mailboxIds });
      if (this.#stopped) return;
      for (const assignment of assignments) {
        this.#roster.add(due.get(assignment.mailboxId) === 'heir' ? this.#inherit(assignment) : this.#watch(assignment));
      }
    }
  }

  #inherit(assignment: MailboxAssignment): Heir {
    const { world } = this.#options;
    return new Heir(assignment, { ...world, onEnded: this.#onEnded, onReady: () => this.#sync() });
  }

  #watch(assignment: MailboxAssignment): MailboxWatcher {
    const { mailboxId, revision } = assignment;
    const before = this.#roster.get(mailboxId);
    const heir = before instanceof Heir && before.assignment.revision === revision ? before : undefined;
    return new MailboxWatcher(
      assignment,
      {
        ...this.#options.world,
        report: ({ mailboxId: id, fence }, condition) => this.#note({ mailboxId: id, fence, ...condition }),
        onEnded: this.#onEnded,
      },
      heir?.handOn.bind(heir),
    );
  }

  readonly #onEnded: Surroundings['onEnded'] = ({ mailboxId }, error) =>
    this.#options.logger.warn({ mailboxId, err: error }, 'a session ended');

  /** Whoever watches it here; an heir watches nothing yet. */
  #watcherOf(mailboxId: MailboxId): MailboxWatcher | undefined {
    const watching = this.#roster.get(mailboxId);
    return watching instanceof MailboxWatcher ? watching : undefined;
  }

  #awaitMail({ mailboxIds, anywhere }: MailAwaited): void {
    const awaiting =
      anywhere && this.#roster.size <= AWAITED_ANYWHERE
        ? [...this.#roster.all()].filter((watching) => watching instanceof MailboxWatcher)
        : mailboxIds.flatMap((id) => this.#watcherOf(id) ?? []);
    for (const watcher of awaiting) watcher.awaitMail(AWAITED_FOR_MS);
  }

  /** Only the newest report of a mailbox is sent; bytes add up until then. */
  #note(report: MailboxReport): void {
    const waiting = this.#reports.get(report.mailboxId);
    this.#reports.set(report.mailboxId, waiting === undefined ? report : withBytesOf(report, waiting));
  }

  /** What could not be told adds its bytes to what is newer. */
  #noteAgain(report: MailboxReport): void {
    const newer = this.#reports.get(report.mailboxId);
    this.#reports.set(report.mailboxId, newer === undefined ? report : withBytesOf(newer, report));
  }

  #sendReports(): void {
    const reports = [...this.#reports.values()].slice(0, REPORTS_AT_ONCE);
    if (reports.length === 0) return;
    for (const { mailboxId } of reports) this.#reports.delete(mailboxId);
    this.#options.requester.ask(reportMailboxes, { reports }).catch((error: unknown) => {
      this.#options.logger.warn({ err: error }, 'reports were not taken; they are sent again');
      for (const report of reports) this.#noteAgain(report);
    });
  }

  /** A lease that was not renewed is another's by now: rule 3 wants no write of ours, and two readers only cost. */
  #letGoWhenExpired(): void {
    if (this.isAlive || this.#roster.size === 0) return;
    this.#options.logger.error({ mailboxes: this.#roster.size }, 'the leases ran out; all mailboxes are let go');
    this.#roster.stopAll();
  }

  #sweep(): void {
    if (this.#roster.size === 0) return;
    const { requester, logger } = this.#options;
    requester
      .ask(sweepMails, { ingestorId: this.ingestorId })
      .then(({ mails }) =>
        Promise.all(
          mails.map(({ mailboxId, folder, uidValidity, uid }) => this.#watcherOf(mailboxId)?.refetch(folder, uidValidity, [uid])),
        ),
      )
      .catch((error: unknown) => logger.warn({ err: error }, 'a sweep did not end'));
  }
}

function withBytesOf(report: MailboxReport, other: MailboxReport): MailboxReport {
  return other.fence === report.fence ? { ...report, fetchedBytes: report.fetchedBytes + other.fetchedBytes } : report;
}

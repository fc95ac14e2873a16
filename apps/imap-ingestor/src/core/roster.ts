import type { MailboxId } from '@otterpost/contracts/ids';
import type { LeaseStanding, MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

/** What an ingestor was told to hold, and how it stands to it. */
export interface Holding {
  readonly mailboxId: MailboxId;
  readonly fence: number;
  readonly revision: number;
  readonly standing: LeaseStanding;
}

/** Something that watches one mailbox, or is about to, until it is stopped. */
export interface Watching {
  readonly assignment: MailboxAssignment;
  readonly standing: LeaseStanding;
  /** An owner learns that an heir connects beside it, or does so no longer. */
  shareWithHeir?(isParting: boolean): void;
  stop(): void;
}

/**
 * The mailboxes that this ingestor watches now, each under the fence it was given. What is to be held and is not watched in that
 * form has to be asked for and started; what is watched and not to be held is stopped at once.
 */
export class Roster<W extends Watching> {
  readonly #watching = new Map<MailboxId, W>();
  /** Kept until what is held changes, or how it stands: it is asked for at each heartbeat. */
  #description: string | undefined;

  get(mailboxId: MailboxId): W | undefined {
    return this.#watching.get(mailboxId);
  }

  all(): Iterable<W> {
    return this.#watching.values();
  }

  /** Those that it owns. */
  get size(): number {
    return [...this.#watching.values()].filter(({ standing }) => standing !== 'heir').length;
  }

  /** Stops what is not in `held`; gives what is to be started, anew or for the first time. */
  follow(held: readonly Holding[]): Holding[] {
    this.#description = undefined;
    const due = new Map(held.map((holding) => [holding.mailboxId, holding]));
    for (const [id, watching] of this.#watching) {
      const holding = due.get(id);
      if (holding === undefined || holding.revision !== watching.assignment.revision) this.#stop(id);
      else if (watching.standing === 'heir' && holding.standing !== 'heir')
        continue; // It hands its connection on to who takes its place.
      else if (holding.fence !== watching.assignment.fence) this.#stop(id);
      else {
        watching.shareWithHeir?.(holding.standing === 'parting');
        due.delete(id);
      }
    }
    return [...due.values()];
  }

  add(watching: W): void {
    this.#stop(watching.assignment.mailboxId);
    this.#watching.set(watching.assignment.mailboxId, watching);
    this.#description = undefined;
  }

  /** The lease ran out, or the process ends: nothing is ours any more. */
  stopAll(): W[] {
    const all = [...this.#watching.values()];
    for (const id of [...this.#watching.keys()]) this.#stop(id);
    return all;
  }

  /** What is held, in the form over which accounts-service makes its digest. */
  describe(): string {
    this.#description ??= [...this.#watching.values()]
      .map(({ assignment: { mailboxId, fence, revision }, standing }) => `${mailboxId}:${fence}:${revision}:${standing}`)
      .sort()
      .join(',');
    return this.#description;
  }

  #stop(id: MailboxId): void {
    this.#watching.get(id)?.stop();
    this.#watching.delete(id);
    this.#description = undefined;
  }
}

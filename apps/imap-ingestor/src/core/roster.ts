import type { MailboxId } from '@otterpost/contracts/ids';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

/** What an ingestor was told to hold. */
export interface Holding {
  readonly mailboxId: MailboxId;
  readonly fence: number;
  readonly revision: number;
}

/** Something that watches one mailbox until it is stopped. */
export interface Watching {
  readonly assignment: MailboxAssignment;
  stop(): void;
}

/**
 * The mailboxes that this ingestor watches now, each under the fence it was given. What is to be held and is not watched in that
 * form has to be asked for and started; what is watched and not to be held is stopped at once.
 */
export class Roster<W extends Watching> {
  readonly #watching = new Map<MailboxId, W>();

  get(mailboxId: MailboxId): W | undefined {
    return this.#watching.get(mailboxId);
  }

  all(): Iterable<W> {
    return this.#watching.values();
  }

  get size(): number {
    return this.#watching.size;
  }

  /** Stops what is not in `held`; gives what is to be started, anew or for the first time. */
  follow(held: readonly Holding[]): MailboxId[] {
    const due = new Map(held.map((holding) => [holding.mailboxId, holding]));
    for (const [id, { assignment }] of this.#watching) {
      const holding = due.get(id);
      if (holding?.fence === assignment.fence && holding.revision === assignment.revision) due.delete(id);
      else this.#stop(id);
    }
    return [...due.keys()];
  }

  add(watching: W): void {
    this.#stop(watching.assignment.mailboxId);
    this.#watching.set(watching.assignment.mailboxId, watching);
  }

  /** The lease ran out, or the process ends: nothing is ours any more. */
  stopAll(): W[] {
    const all = [...this.#watching.values()];
    for (const id of [...this.#watching.keys()]) this.#stop(id);
    return all;
  }

  /** What is held, in the form over which accounts-service makes its digest. */
  describe(): string {
    return [...this.#watching.values()]
      .map(({ assignment: { mailboxId, fence, revision } }) => `${mailboxId}:${fence}:${revision}`)
      .sort()
      .join(',');
  }

  #stop(id: MailboxId): void {
    this.#watching.get(id)?.stop();
    this.#watching.delete(id);
  }
}

import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

import { BackOff } from './back-off.ts';
import type { FolderSession } from './folder-session.ts';
import type { Surroundings } from './mailbox-watcher.ts';

const FIRST_BACK_OFF_MS = 500;
const MOST_BACK_OFF_MS = 30_000;

export interface HeirWorld extends Pick<Surroundings, 'open' | 'pause' | 'onEnded'> {
  /** The lease may move now. */
  readonly onReady: () => void;
}

/**
 * Connects to a mailbox that another ingestor still watches. It is ready when the server has answered a look at UIDNEXT; then the lease
 * moves, and who watches from then on goes on with this connection: at no moment is there none (make before break).
 */
export class Heir {
  readonly assignment: MailboxAssignment;
  readonly standing = 'heir';
  readonly #world: HeirWorld;
  readonly #stopping = new AbortController();
  #attempt: Promise<FolderSession> | undefined;
  #isReady = false;
  #isHandedOn = false;

  constructor(assignment: MailboxAssignment, world: HeirWorld) {
    this.assignment = assignment;
    this.#world = world;
    // Beside the owner's connection there is no room for a second one: break, then make.
    if (assignment.limits.connections < 2) this.#becomeReady();
    else void this.#connect();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  stop(): void {
    if (!this.#isHandedOn) this.#stopping.abort();
  }

  /** Gives the connection, or the attempt at it, to the mailbox's new watcher; undefined where there is none. */
  handOn(signal: AbortSignal): Promise<FolderSession> | undefined {
    this.#isHandedOn = true;
    signal.addEventListener('abort', () => this.#stopping.abort(), { once: true });
    return this.#attempt;
  }

  async #connect(): Promise<void> {
    const { signal } = this.#stopping;
    const backOff = new BackOff(FIRST_BACK_OFF_MS, MOST_BACK_OFF_MS);
    const [folder = 'INBOX'] = this.assignment.folders ?? ['INBOX'];
    while (!signal.aborted && !this.#isHandedOn) {
      try {
        this.#attempt = this.#world.open(this.assignment, folder, signal);
        const session = await this.#attempt;
        signal.addEventListener('abort', () => session.close(), { once: true });
        await session.lookAtUidNext();
        return this.#becomeReady();
      } catch (error) {
        if (signal.aborted || this.#isHandedOn) return;
        this.#world.onEnded(this.assignment, error);
        await this.#world.pause(backOff.nextMs(), signal);
      }
    }
  }

  #becomeReady(): void {
    this.#isReady = true;
    this.#world.onReady();
  }
}

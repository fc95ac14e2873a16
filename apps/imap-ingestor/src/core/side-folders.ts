import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

import { BackOff } from './back-off.ts';
import type { FolderSession } from './folder-session.ts';
import type { Ledger } from './ledger.ts';

const FIRST_BACK_OFF_MS = 2000;
const MOST_BACK_OFF_MS = 300_000;

export interface SideFoldersOptions {
  readonly assignment: MailboxAssignment;
  readonly now: () => Date;
  /** Until then another has the second connection. */
  readonly from: number;
  readonly isAwaited: () => boolean;
  /** Whether more than the inbox may be looked at, by the bytes that are left for the day. */
  readonly isAffordable: () => boolean;
  readonly openFolder: Ledger['openFolder'];
  /** Watches it over a connection of its own while a mail is awaited, else once; gives the UID up to which all was taken in. */
  readonly visit: (folder: string) => Promise<number>;
  /** Hears why a visit failed; it is tried again later. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * The folders besides the one that is watched all the time, the junk folder above all. A STATUS over the standing connection tells
 * whether mail came; then, and while a mail is awaited, the folder is visited. One visit at a time: a mailbox has at most two connections.
 */
export class SideFolders {
  readonly #options: SideFoldersOptions;
  readonly #backOff = new BackOff(FIRST_BACK_OFF_MS, MOST_BACK_OFF_MS);
  /** Up to which UID each incarnation of a folder is known. */
  readonly #seen = new Map<string, number>();
  readonly #owed = new Set<string>();
  #folders: readonly string[] | undefined;
  #isVisiting = false;
  #notBefore = 0;

  constructor(options: SideFoldersOptions) {
    this.#options = options;
  }

  /** Something of this folder is unsettled: it is visited at the next look. */
  isOwed(folder: string): void {
    this.#owed.add(folder);
  }

  /** Looks at each folder; a visit that is due begins, and is not waited for. */
  async look(session: FolderSession): Promise<void> {
    const { assignment, from, now, isAffordable } = this.#options;
    if (assignment.limits.connections < 2 || now().getTime() < from || !isAffordable()) return;
    this.#folders ??= await this.#name(session);
    for (const [at, folder] of this.#folders.entries()) {
      const upTo = await this.#look(session, folder);
      if (upTo === undefined) continue;
      if (this.#owed.has(folder) || (at === 0 && this.#options.isAwaited())) this.#beginVisit(folder, upTo.key);
    }
  }

  async #name(session: FolderSession): Promise<readonly string[]> {
    const { folders, junkFolder } = this.#options.assignment;
    if (folders !== null) return folders.slice(1);
    const junk = await session.findJunk(junkFolder);
    return junk === undefined ? [] : [junk];
  }

  async #look(session: FolderSession, folder: string): Promise<{ key: string } | undefined> {
    const { assignment, openFolder } = this.#options;
    const there = await session.lookAt(folder);
    if (there === undefined) return undefined;
    const { uidValidity, uidNext } = there;
    const key = `${uidValidity}:${folder}`;
    if (!this.#seen.has(key)) {
      const { mailboxId, fence } = assignment;
      const known = await openFolder({ mailboxId, fence, folder, uidValidity, uidNext: Math.max(1, uidNext) });
      this.#seen.set(key, known.lastUid);
      if (known.unsettled.length > 0) this.#owed.add(folder);
    }
    if (uidNext > (this.#seen.get(key) ?? 0) + 1) this.#owed.add(folder);
    return { key };
  }

  #beginVisit(folder: string, key: string): void {
    const { now, visit, onFailed } = this.#options;
    if (this.#isVisiting || now().getTime() < this.#notBefore) return;
    this.#isVisiting = true;
    this.#owed.delete(folder);
    visit(folder)
      .then((upTo) => {
        this.#seen.set(key, Math.max(upTo, this.#seen.get(key) ?? 0));
        this.#backOff.reset();
      })
      .catch((error: unknown) => {
        this.#owed.add(folder);
        this.#notBefore = now().getTime() + this.#backOff.nextMs();
        onFailed(error);
      })
      .finally(() => {
        this.#isVisiting = false;
      });
  }
}

import { Failure } from '@otterpost/contracts/failure';
import { type MailReceived, toMailId } from '@otterpost/contracts/mail-events';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

import type { ClockOffset } from './clock-offset.ts';
import type { FetchBounds, FetchedMail, FolderSession } from './folder-session.ts';
import type { Ledger } from './ledger.ts';

/** UIDs this far before the last one may become visible late (RULE 2: only UIDs are the truth). */
const OVERLAP = 50;
/** Mails that are noted and published together: few enough that the first of a burst is not held up by the last. */
const BATCH_MAILS = 16;
const BATCH_BYTES = 1024 * 1024;
/** So much of a folder with new UIDs is looked at again: older mails are of no use to anybody. */
const RESCAN_MS = 86_400_000;
/**
 * A position is reserved when the bell rings. A server that takes longer to give the mail may give one that came after a ticket was opened
 * meanwhile, and the position would say that it had come before.
 */
const RESERVED_FOR_MS = 250;

interface Reserved {
  readonly at: Date;
  readonly position: Promise<number>;
}

export interface FolderWatch {
  readonly assignment: MailboxAssignment;
  readonly folder: string;
  readonly session: FolderSession;
  readonly ledger: Ledger;
  readonly offset: ClockOffset;
  readonly now: () => Date;
  /** How long to idle before a second look. */
  readonly idleMs: (isDeaf: boolean) => number;
  /** How much of a mail may be fetched now. */
  readonly bounds: () => FetchBounds;
  /** Called whenever the folder was proven to notice mail, and when a mail was taken in. */
  readonly onProof: (at: Date) => void;
  readonly onMail: (at: Date) => void;
  /** Called when all that lies there was taken in, at first and at each second look. */
  readonly onLooked: () => Promise<void>;
  /** Whether the watch has done what it was for; asked between two waits. */
  readonly isDone: () => boolean;
  /** Tries again what the bus or another service could not do now; rejects when the watch ends. */
  readonly persist: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Watches one selected folder until its session ends (throws), or until it is done. Fetches what came since the ledger's last UID, then idles; on every bell
 * fetches again. A bell's only mail is noted and published side by side, under a position that was reserved while it was fetched: the way
 * from bell to bus is the suite's latency. Several are noted, then published; what was noted and not settled is published again.
 */
export class FolderWatcher {
  readonly #watch: FolderWatch;
  readonly #known: Set<number>;
  #lastUid = 0;
  /** Mails from before the watch began are not ours. */
  #lastForeign = 0;
  /** A mail came without a bell: only looking helps, until one rings. */
  #isDeaf: boolean;

  constructor(watch: FolderWatch) {
    this.#watch = watch;
    this.#known = new Set();
    this.#isDeaf = !watch.session.hasIdle;
  }

  get lastUid(): number {
    return this.#lastUid;
  }

  async run(): Promise<void> {
    const { session, ledger, persist, onProof, onLooked, isDone, now, idleMs } = this.#watch;
    const uidNext = Math.max(1, session.uidNext);
    const opened = await persist(() => ledger.openFolder({ ...this.#place(), uidNext }));
    if (opened.isRenewed) await this.#rescan(uidNext);
    else this.#begin(opened);
    await this.#takeAll(opened.unsettled);
    if (uidNext - 1 - this.#lastUid > BATCH_MAILS) await this.#takeAll(await session.listFrom(this.#lastUid + 1));
    await this.#round(now());
    // Before it counts as watched: mail that comes to another folder from then on is its to take.
    await onLooked();
    onProof(now());
    while (!isDone()) {
      const bell = await session.waitForBell(idleMs(this.#isDeaf));
      if (bell !== undefined) {
        await this.#answer(bell.rangAt);
        this.#isDeaf = !session.hasIdle;
        onProof(now());
        continue;
      }
      if ((await session.lookAtUidNext()) <= this.#lastUid + 1) onProof(now());
      else if (await this.#round(now())) this.#isDeaf = true;
      await onLooked();
    }
  }

  #begin({ lastUid, known }: { lastUid: number; known: readonly number[] }): void {
    this.#lastUid = lastUid;
    this.#lastForeign = Math.min(lastUid, ...known.map((uid) => uid - 1));
    for (const uid of known) this.#known.add(uid);
  }

  /** UIDVALIDITY has changed: what came lately is looked at under its new UIDs, and what the ledger knows is not published again. */
  async #rescan(uidNext: number): Promise<void> {
    const { session, ledger, persist, now } = this.#watch;
    const recent = await session.listSince(new Date(now().getTime() - RESCAN_MS));
    const firstUid = Math.min(uidNext, ...recent.slice(0, 1));
    this.#begin(await persist(() => ledger.openFolder({ ...this.#place(), uidNext, firstUid })));
    await this.#takeAll(recent);
    // The rest of what lay there when the folder was selected is too old.
    this.#lastUid = Math.max(this.#lastUid, uidNext - 1);
    for (let uid = Math.max(1, this.#lastUid - OVERLAP); uid < uidNext; uid++) this.#known.add(uid);
  }

  /** Fetches these again: they are in the ledger, and nobody settled them. */
  async refetch(uidValidity: number, uids: readonly number[]): Promise<void> {
    // What had this UID then is another mail by now.
    if (uidValidity !== this.#watch.session.uidValidity) return;
    await this.#take(this.#watch.session.fetch(uids, this.#watch.bounds()), this.#watch.now());
  }

  #place(): { mailboxId: MailboxAssignment['mailboxId']; fence: number; folder: string; uidValidity: number } {
    const { assignment, folder, session } = this.#watch;
    return { mailboxId: assignment.mailboxId, fence: assignment.fence, folder, uidValidity: session.uidValidity };
  }

  /** A round for a bell, which hardly ever rings for nothing. */
  async #answer(rangAt: Date): Promise<void> {
    const { ledger, persist, now } = this.#watch;
    const reserved = { at: now(), position: persist(() => ledger.reserve()) };
    // Told by whoever needs it: the round may end without.
    reserved.position.catch(() => undefined);
    await this.#round(rangAt, reserved);
  }

  /** What lies after the last UID, first; then whether something became visible before it. Says whether there was anything. */
  async #round(noticedAt: Date, reserved?: Reserved): Promise<boolean> {
    const { session, bounds } = this.#watch;
    const before = this.#lastUid;
    await this.#take(onlyNew(session.fetchFrom(this.#lastUid + 1, bounds()), this.#known, this.#lastUid), noticedAt, reserved);
    const late = this.#hasGap() ? (await session.listFrom(this.#firstInOverlap())).filter((uid) => !this.#known.has(uid)) : [];
    if (late.length > 0) await this.#take(session.fetch(late, bounds()), noticedAt);
    return late.length > 0 || this.#lastUid > before;
  }

  /** Whether a UID of the overlap was never seen: what has it is gone, or not yet visible. */
  #hasGap(): boolean {
    for (let uid = this.#firstInOverlap(); uid < this.#lastUid; uid++) if (!this.#known.has(uid)) return true;
    return false;
  }

  #firstInOverlap(): number {
    return Math.max(this.#lastForeign + 1, this.#lastUid - OVERLAP);
  }

  /** A few at a time: how much of them is fetched depends on what is left of the day's bytes then. */
  async #takeAll(uids: readonly number[]): Promise<void> {
    const { session, bounds, now } = this.#watch;
    for (let at = 0; at < uids.length; at += BATCH_MAILS) {
      await this.#take(session.fetch(uids.slice(at, at + BATCH_MAILS), bounds()), now());
    }
  }

  /** `reserved` is the position of the first mail, and used where that comes alone. */
  async #take(mails: AsyncIterable<FetchedMail>, noticedAt: Date, reserved?: Reserved): Promise<void> {
    let next = reserved;
    let batch: FetchedMail[] = [];
    let bytes = 0;
    for await (const mail of mails) {
      batch.push(mail);
      bytes += mail.source.length;
      if (batch.length < BATCH_MAILS && bytes < BATCH_BYTES) continue;
      await this.#hand(batch, noticedAt, next);
      next = undefined;
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) await this.#hand(batch, noticedAt, next);
  }

  async #hand(mails: readonly FetchedMail[], noticedAt: Date, reserved: Reserved | undefined): Promise<void> {
    const fetchedAt = this.#watch.now();
    const [mail] = mails;
    const isInTime = reserved !== undefined && fetchedAt.getTime() - reserved.at.getTime() <= RESERVED_FOR_MS;
    if (!isInTime || mail === undefined || mails.length > 1)
      await this.#handMany(mails, noticedAt, fetchedAt, reserved !== undefined);
    else await this.#handOne(mail, await reserved.position, noticedAt, fetchedAt);
  }

  /** What dies between the two leaves a mail that is published and not noted, or noted and not settled: either is fetched again. */
  async #handOne(mail: FetchedMail, position: number, noticedAt: Date, fetchedAt: Date): Promise<void> {
    const { ledger, persist } = this.#watch;
    const place = this.#place();
    this.#learnOffset(mail, noticedAt);
    const event = this.#toEvent(mail, position, noticedAt, fetchedAt);
    await Promise.all([
      persist(() => ledger.publish(event)),
      persist(() => ledger.note({ ...place, mails: [identify(mail)], position })),
    ]);
    this.#tookIn(mail);
  }

  async #handMany(mails: readonly FetchedMail[], noticedAt: Date, fetchedAt: Date, isAnnounced: boolean): Promise<void> {
    const { ledger, persist } = this.#watch;
    const noted = await persist(() => ledger.note({ ...this.#place(), mails: mails.map(identify) }));
    const places = new Map(noted.map((note) => [note.uid, note]));
    await Promise.all(
      mails.map(async (mail) => {
        const note = places.get(mail.uid);
        if (note === undefined)
          throw new Failure('internal', { detail: 'The ledger left out a mail', context: { uid: mail.uid } });
        // What lay there when we came says nothing of the server's clock.
        if (isAnnounced) this.#learnOffset(mail, noticedAt);
        if (!note.settled) await persist(() => ledger.publish(this.#toEvent(mail, note.position, noticedAt, fetchedAt)));
        this.#tookIn(mail);
      }),
    );
  }

  #learnOffset({ internalDate }: FetchedMail, noticedAt: Date): void {
    if (internalDate !== null) this.#watch.offset.add(internalDate, noticedAt);
  }

  #tookIn({ uid }: FetchedMail): void {
    this.#remember(uid);
    this.#watch.onMail(this.#watch.now());
  }

  #remember(uid: number): void {
    this.#known.add(uid);
    this.#lastUid = Math.max(this.#lastUid, uid);
    if (this.#known.size <= OVERLAP * 2) return;
    for (const old of this.#known) if (old < this.#lastUid - OVERLAP) this.#known.delete(old);
  }

  #toEvent(mail: FetchedMail, position: number, noticedAt: Date, fetchedAt: Date): MailReceived {
    const { assignment, folder, session, offset } = this.#watch;
    const place = { mailboxId: assignment.mailboxId, folder, uidValidity: session.uidValidity, uid: mail.uid };
    return {
      ...place,
      mailId: toMailId(place),
      position,
      serverClockOffsetMs: offset.ms,
      hops: {
        mailDate: toIso(mail.mailDate),
        serverReceivedAt: toIso(mail.internalDate),
        noticedAt: noticedAt.toISOString(),
        fetchedAt: fetchedAt.toISOString(),
        publishedAt: null,
        extractedAt: null,
      },
      size: mail.size,
      source: mail.source.toString('base64'),
      parts: mail.parts.map(({ content, ...part }) => ({ ...part, content: content.toString('base64') })),
      mailbox: { username: assignment.username, authservId: assignment.authservId, forwarders: assignment.forwarders },
    };
  }
}

/** `n:*` gives the last mail even where its UID is lower (RFC 9051 section 9, seq-range); a mail is taken once. */
async function* onlyNew(
  mails: AsyncIterable<FetchedMail>,
  known: ReadonlySet<number>,
  lastUid: number,
): AsyncIterable<FetchedMail> {
  for await (const mail of mails) if (mail.uid > lastUid && !known.has(mail.uid)) yield mail;
}

function identify({ uid, digest }: FetchedMail): { uid: number; digest: string } {
  return { uid, digest };
}

function toIso(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

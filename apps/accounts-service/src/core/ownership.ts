import type { MailboxId } from '@otterpost/contracts/ids';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

export const OWNERSHIP = Symbol('Ownership');

/** An ingestor that is not heard of for this long has lost all that it holds. Six times its heartbeat. */
export const LEASE_TTL_MS = 6000;

export interface Holding {
  readonly mailboxId: MailboxId;
  readonly fence: number;
  readonly revision: number;
}

/** Who watches which mailbox. By the database's clock alone. */
export interface Ownership {
  /** A heartbeat: renews, takes the share that is due, gives back the rest; then what is held, null where the digest fitted. */
  sync(ingestorId: string, digest: string): Promise<Holding[] | null>;
  leave(ingestorId: string): Promise<void>;
  /** Whoever holds it. */
  assignment(mailboxId: MailboxId): Promise<MailboxAssignment | undefined>;
  assignments(ingestorId: string, mailboxIds: readonly MailboxId[]): Promise<MailboxAssignment[]>;
}

/** Mailboxes that change hands at one heartbeat, so that a new ingestor causes no storm of logins. */
const STEP = 25;

/**
 * How many mailboxes an ingestor takes from the free ones (positive) or gives back (negative) at a heartbeat. Free ones are
 * taken at once, up to the even share; those whose owner died, also beyond it: who died last counts as alive for a while and
 * makes the share too small. What is over the share goes in small steps, and only while others have less.
 */
export function changeOfShare(counts: {
  readonly held: number;
  readonly free: number;
  /** Those of the free ones whose owner died. */
  readonly orphaned: number;
  readonly all: number;
  readonly ingestors: number;
}): number {
  const { held, free, orphaned, all, ingestors } = counts;
  const share = Math.ceil(all / Math.max(1, ingestors));
  if (held < share) return Math.min(free, share - held);
  if (orphaned > 0) return Math.min(STEP, orphaned);
  return held > share ? -Math.min(STEP, held - share) : 0;
}

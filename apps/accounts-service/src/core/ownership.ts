import type { MailboxId } from '@otterpost/contracts/ids';
import type { LeaseStanding, MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

export const OWNERSHIP = Symbol('Ownership');

/** An ingestor that is not heard of for this long has lost all that it holds. Six times its heartbeat. */
export const LEASE_TTL_MS = 6000;
/** Two heartbeats have not come, in a service that sends one a second: it is looked whether it lives. */
export const SILENT_MS = 2000;

export interface Holding {
  readonly mailboxId: MailboxId;
  readonly fence: number;
  readonly revision: number;
  readonly standing: LeaseStanding;
}

export interface Heartbeat {
  readonly ingestorId: string;
  readonly digest: string;
  readonly ready: readonly MailboxId[];
  readonly isLeaving: boolean;
}

/** Who watches which mailbox. By the database's clock alone. */
export interface Ownership {
  /** Renews, moves what is due; then what is held (null where the digest fitted), how many others stay, and whose holdings changed by it. */
  sync(heartbeat: Heartbeat): Promise<{ held: Holding[] | null; heirs: number; touched: string[] }>;
  leave(ingestorId: string): Promise<void>;
  /** Those whose leases still hold, but that were not heard of for `SILENT_MS`. */
  silent(): Promise<string[]>;
  /** Ends the leases of those among them that were not heard of meanwhile; says whether there were any. */
  bury(ingestorIds: readonly string[]): Promise<boolean>;
  /** Whoever holds it. */
  assignment(mailboxId: MailboxId): Promise<MailboxAssignment | undefined>;
  assignments(ingestorId: string, mailboxIds: readonly MailboxId[]): Promise<MailboxAssignment[]>;
}

/** Mailboxes that change hands at one heartbeat, so that a new ingestor causes no storm of logins. */
const STEP = 25;

/** How the mailboxes lie, as one ingestor sees it. */
export interface Spread {
  /** Its own, those that it is heir to included, those that have an heir left out. */
  readonly held: number;
  readonly free: number;
  /** Those of the free ones whose owner died. */
  readonly orphaned: number;
  /** Those without an heir whose owner is leaving. */
  readonly parting: number;
  /** What the one of the others that holds most will keep. */
  readonly most: number;
  readonly all: number;
  /** Those that live and are not leaving. */
  readonly ingestors: number;
}

/**
 * What an ingestor does at a heartbeat to come to its share: it takes free mailboxes and inherits others'. Free ones are taken at once, up to
 * the even share; those whose owner died, also beyond it: who died last counts as alive for a while and makes the share too small. What
 * somebody leaves is inherited at once; what somebody has over the share, in small steps.
 */
export function nextStep({ held, free, orphaned, parting, most, all, ingestors }: Spread): { take: number; inherit: number } {
  const share = shareOf(all, ingestors);
  if (held >= share) return { take: Math.min(STEP, orphaned), inherit: 0 };
  const take = Math.min(free, share - held);
  return { take, inherit: Math.min(share - held - take, parting + (most > share ? STEP : 0)) };
}

export function shareOf(all: number, ingestors: number): number {
  return Math.ceil(all / Math.max(1, ingestors));
}

/**
 * A killed ingestor would be waited for until its leases end. Who is silent and hears nothing either is dead, and its mailboxes are
 * others' at once. Should it live after all, it finds at its next heartbeat that they are, and nothing it writes passes their fences.
 */
export async function buryTheDead(
  ownership: Pick<Ownership, 'silent' | 'bury'>,
  isLiving: (ingestorId: string) => Promise<boolean>,
): Promise<boolean> {
  const silent = await ownership.silent();
  const living = await Promise.all(silent.map(isLiving));
  const dead = silent.filter((_, at) => living[at] === false);
  return dead.length > 0 && ownership.bury(dead);
}

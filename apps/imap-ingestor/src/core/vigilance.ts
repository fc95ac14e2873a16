import type { ProviderLimits } from '@otterpost/contracts/mail-providers';

/** A command that is not answered by then has no answer (RULE 7): imapflow's own timeout is for a silent socket, and one that drips is not silent. */
export const COMMAND_DEADLINE_MS = 12_000;
/** Greeting, TLS and login together. */
export const LOGIN_DEADLINE_MS = 18_000;
/** A look is one short answer. */
export const LOOK_DEADLINE_MS = 8000;
const AWAITED_LOOK_MS = 5000;
const LEAST_LOOK_MS = 34_000;
const MOST_LOOK_MS = 36_250;

/**
 * How long to idle before a second look. It ends IDLE, so IDLE is renewed as often, well within what any provider wants; and a hung
 * connection is noticed one deadline later: within 20 s while a ticket waits, within 45 s otherwise. Spread, so that thousands of mailboxes
 * do not look together.
 */
export function lookAfterMs(
  watch: { readonly isAwaited: boolean; readonly isDeaf: boolean; readonly limits: ProviderLimits },
  random: () => number = Math.random,
): number {
  if (watch.isAwaited) return AWAITED_LOOK_MS;
  if (watch.isDeaf) return Math.min(MOST_LOOK_MS, watch.limits.pollSeconds * 1000);
  return LEAST_LOOK_MS + random() * (MOST_LOOK_MS - LEAST_LOOK_MS);
}

/** A session is replaced this long before its server would end it. */
const RENEWED_AT = { least: 0.8, most: 0.9 };

/** When to open the next session beside this one; null where the server sets no end. */
export function renewAfterMs(minutes: number | null, random: () => number = Math.random): number | null {
  if (minutes === null) return null;
  return minutes * 60_000 * (RENEWED_AT.least + random() * (RENEWED_AT.most - RENEWED_AT.least));
}

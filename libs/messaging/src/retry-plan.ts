import type { Failure } from '@otterpost/contracts/failure';

/** What becomes of an event whose handler failed. */
export type Verdict =
  /** Another try right here, without giving the event back: what the service stands on is away, not the event bad. */
  | { readonly kind: 'again'; readonly inMs: number }
  | { readonly kind: 'giveBack'; readonly inMs: number }
  | { readonly kind: 'bury' };

/** A `soon` failure is tried again in place this long before the event goes back for another replica to try. */
const HOLD_MS = 30_000;
const SOON_MS = { least: 50, most: 1000 };
const LATER_MS = { least: 500, most: 60_000 };

/** Deliveries after which an event that keeps failing is dead-lettered. */
export const MAX_DELIVERIES = 8;
/**
 * Deliveries after which an event is dead-lettered untried: its handlers die with it. Higher, because an outage of the
 * database adds one delivery each 30 s.
 */
export const MAX_UNTRIED_DELIVERIES = 24;

export interface Attempt {
  readonly failure: Failure;
  /** Of the stream, counted from 1. */
  readonly deliveryCount: number;
  /** Tries within this delivery, counted from 1. */
  readonly tries: number;
  readonly heldForMs: number;
  readonly maxDeliveries: number;
}

/** The failure's code alone decides (HOUSE-STYLE, failures). */
export function planRetry({ failure, deliveryCount, tries, heldForMs, maxDeliveries }: Attempt): Verdict {
  switch (failure.rule.retry) {
    case 'never':
      return { kind: 'bury' };
    case 'soon': {
      const inMs = grow(SOON_MS, tries);
      return heldForMs < HOLD_MS ? { kind: 'again', inMs } : { kind: 'giveBack', inMs };
    }
    case 'later':
      return deliveryCount >= maxDeliveries ? { kind: 'bury' } : { kind: 'giveBack', inMs: grow(LATER_MS, deliveryCount) };
  }
}

function grow({ least, most }: { least: number; most: number }, count: number): number {
  return Math.min(most, least * 2 ** Math.min(count - 1, 20));
}

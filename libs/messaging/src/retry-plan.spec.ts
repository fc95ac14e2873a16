import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import { FAILURES, type FailureCode } from '@otterpost/contracts/failures';

import { type Attempt, MAX_DELIVERIES, planRetry } from './retry-plan.ts';

const plan = (code: FailureCode, attempt: Partial<Attempt> = {}) =>
  planRetry({ failure: new Failure(code), deliveryCount: 1, tries: 1, heldForMs: 0, maxDeliveries: MAX_DELIVERIES, ...attempt });

const codes = (retry: string): FailureCode[] =>
  (Object.keys(FAILURES) as FailureCode[]).filter((code) => FAILURES[code].retry === retry);

describe('an event whose handler failed', () => {
  it.each(codes('never'))('is buried at once for %s', (code) => {
    expect(plan(code)).toEqual({ kind: 'bury' });
  });

  it.each(codes('soon'))('is tried again here, within a second, for %s', (code) => {
    for (const tries of [1, 2, 10, 1000]) {
      const verdict = plan(code, { tries });
      expect(verdict.kind).toBe('again');
      expect(verdict.kind === 'bury' ? 0 : verdict.inMs).toBeLessThanOrEqual(1000);
    }
  });

  it('is never buried for an outage, however often it was delivered', () => {
    expect(plan('database_unavailable', { deliveryCount: 10_000, heldForMs: 3_600_000 }).kind).toBe('giveBack');
  });

  it('goes back after half a minute in place, for another replica to try', () => {
    expect(plan('database_unavailable', { heldForMs: 30_000 }).kind).toBe('giveBack');
  });

  it('is given back with a growing delay of at most a minute for an unknown error', () => {
    const delays = [1, 2, 3, 7].map((deliveryCount) => plan('internal', { deliveryCount }));
    expect(delays).toEqual([500, 1000, 2000, 32_000].map((inMs) => ({ kind: 'giveBack', inMs })));
    expect(plan('internal', { deliveryCount: 50, maxDeliveries: 100 })).toEqual({ kind: 'giveBack', inMs: 60_000 });
  });

  it('is buried when an unknown error has used up its deliveries', () => {
    expect(plan('internal', { deliveryCount: MAX_DELIVERIES })).toEqual({ kind: 'bury' });
  });
});

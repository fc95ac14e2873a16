import { describe, expect, it } from '@jest/globals';
import { MAIL_PROVIDERS } from '@otterpost/contracts/mail-providers';

import { COMMAND_DEADLINE_MS, LOGIN_DEADLINE_MS, LOOK_DEADLINE_MS, lookAfterMs, renewAfterMs } from './vigilance.ts';

const EVERY_PROVIDER = MAIL_PROVIDERS.map(({ id, limits }) => [id, limits] as const);

describe('a connection that hangs, drips or leads nowhere', () => {
  it.each(EVERY_PROVIDER)('is noticed within 20 s while a ticket waits, within 45 s otherwise: %s', (_id, limits) => {
    for (const isDeaf of [false, true])
      for (const at of [0, 0.5, 1]) {
        expect(lookAfterMs({ isAwaited: true, isDeaf, limits }, () => at) + LOOK_DEADLINE_MS).toBeLessThanOrEqual(20_000);
        expect(lookAfterMs({ isAwaited: false, isDeaf, limits }, () => at) + LOOK_DEADLINE_MS).toBeLessThanOrEqual(45_000);
      }
    expect(COMMAND_DEADLINE_MS).toBeLessThanOrEqual(20_000);
    expect(LOGIN_DEADLINE_MS).toBeLessThanOrEqual(20_000);
  });

  it.each(EVERY_PROVIDER)('has its IDLE renewed before the provider goes silent: %s', (_id, limits) => {
    expect(lookAfterMs({ isAwaited: false, isDeaf: false, limits }, () => 1)).toBeLessThan(limits.reIdleMinutes * 60_000);
  });
});

describe('a session', () => {
  it('is replaced before its server ends it, at no common moment', () => {
    expect([renewAfterMs(60, () => 0), renewAfterMs(60, () => 1)]).toEqual([48 * 60_000, 54 * 60_000]);
  });

  it('is not replaced where the server sets no end', () => {
    expect(renewAfterMs(null)).toBeNull();
  });
});

import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { LoginGate } from './login-gate.ts';

const HOST = 'imap.otters.example';

function openGate({ perSecond = 1000, atOnce = 1000 }) {
  const pauses: number[] = [];
  const gate = new LoginGate({
    perSecond,
    atOnce,
    now: () => 0,
    pause: async (ms) => {
      pauses.push(ms);
    },
  });
  return { gate, pauses };
}

/** A login that ends when it is told to. */
function logIn(gate: LoginGate, host: string, signal = new AbortController().signal) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const login = { hasBegun: false, succeed: resolve, fail: reject, ended: Promise.resolve() };
  login.ended = gate.inTurn(host, signal, async () => {
    login.hasBegun = true;
    await promise;
  });
  login.ended.catch(() => undefined);
  return login;
}

async function begun(logins: readonly { hasBegun: boolean }[]): Promise<boolean[]> {
  await turn();
  return logins.map(({ hasBegun }) => hasBegun);
}

describe('logins at one host', () => {
  it('are under way so many at once; the next begins when one has ended, and when one has failed', async () => {
    const { gate } = openGate({ atOnce: 2 });
    const logins = Array.from({ length: 4 }, () => logIn(gate, HOST));
    expect(await begun(logins)).toEqual([true, true, false, false]);
    logins[0]?.succeed();
    expect(await begun(logins)).toEqual([true, true, true, false]);
    logins[1]?.fail(new Error('refused'));
    expect(await begun(logins)).toEqual([true, true, true, true]);
  });

  it('do not wait for those at another', async () => {
    const { gate } = openGate({ atOnce: 1 });
    expect(await begun([logIn(gate, HOST), logIn(gate, 'imap.others.example')])).toEqual([true, true]);
  });

  it('begin so many a second, after as many at first', async () => {
    const { gate, pauses } = openGate({ perSecond: 2 });
    await begun(Array.from({ length: 5 }, () => logIn(gate, HOST)));
    expect(pauses).toEqual([0, 0, 500, 1000, 1500]);
  });

  it('leave their place in the queue when nobody wants them any more', async () => {
    const { gate, pauses } = openGate({ atOnce: 1 });
    const stopping = new AbortController();
    const [first, unwanted, last] = [logIn(gate, HOST), logIn(gate, HOST, stopping.signal), logIn(gate, HOST)];
    stopping.abort(new Error('let go'));
    await expect(unwanted.ended).rejects.toThrow('let go');
    first.succeed();
    expect(await begun([first, unwanted, last])).toEqual([true, false, true]);
    expect(pauses).toHaveLength(2);
  });
});

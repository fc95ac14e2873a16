import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { Ticks } from './ticks.ts';

let ticks: Ticks;
let rang: string[];
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  ticks = new Ticks();
  rang = [];
});
afterEach(() => {
  jest.useRealTimers();
});

const ring = (name: string) => (): void => {
  rang.push(name);
};

describe('ticks', () => {
  it.each([
    [0, 2000],
    [77, 2001],
    [249, 5000],
    [1, 34_123.4],
  ])('begun at %d end a wait of %d ms never early, and a tick late at most', (begun, ms) => {
    jest.advanceTimersByTime(begun);
    ticks.after(ms, ring('once'));
    jest.advanceTimersByTime(Math.ceil(ms) - 1);
    expect(rang).toEqual([]);
    jest.advanceTimersByTime(251);
    expect(rang).toEqual(['once']);
    jest.advanceTimersByTime(60_000);
    expect(rang).toEqual(['once']);
  });

  it('end a short wait at its time', () => {
    ticks.after(20, ring('short'));
    jest.advanceTimersByTime(19);
    expect(rang).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(rang).toEqual(['short']);
  });

  it('end together what is due within one of them', () => {
    ticks.after(5010, ring('first'));
    jest.advanceTimersByTime(100);
    ticks.after(5010, ring('second'));
    jest.advanceTimersToNextTimer(21);
    expect(rang).toEqual(['first', 'second']);
  });

  it('forget a wait, and leave no timer behind', () => {
    const forget = ticks.after(5000, ring('forgotten'));
    ticks.after(5000, ring('kept'));
    forget();
    jest.advanceTimersByTime(6000);
    forget();
    expect(rang).toEqual(['kept']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('begin a wait that is asked for as another ends', () => {
    ticks.after(3000, () => ticks.after(3000, ring('next')));
    jest.advanceTimersByTime(5999);
    expect(rang).toEqual([]);
    jest.advanceTimersByTime(600);
    expect(rang).toEqual(['next']);
  });
});

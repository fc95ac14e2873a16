import { describe, expect, it } from '@jest/globals';

import { GroupCommit } from './group-commit.ts';

/** Carries nothing out before it is told to. */
function held(): { commit: GroupCommit<string, string>; batches: string[][]; letGo: (error?: Error) => Promise<void> } {
  const batches: string[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const commit = new GroupCommit<string, string>({
    kindOf: (ask) => ask.slice(0, 1),
    carryOut: async (asks) => {
      batches.push([...asks]);
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      return asks.map((ask) => ask.toUpperCase());
    },
  });
  const letGo = async (error?: Error): Promise<void> => {
    const gate = gates.shift();
    if (error === undefined) gate?.resolve();
    else gate?.reject(error);
    await new Promise(setImmediate);
  };
  return { commit, batches, letGo };
}

describe('a group commit', () => {
  it('carries the first out at once, and all that came meanwhile together', async () => {
    const { commit, batches, letGo } = held();
    const answers = ['a1', 'a2', 'a3'].map((ask) => commit.ask(ask));
    expect(batches).toEqual([['a1']]);
    await letGo();
    expect(batches).toEqual([['a1'], ['a2', 'a3']]);
    await letGo();
    expect(await Promise.all(answers)).toEqual(['A1', 'A2', 'A3']);
  });

  it('lets no kind wait for another', () => {
    const { commit, batches } = held();
    void commit.ask('a1');
    void commit.ask('b1');
    expect(batches).toEqual([['a1'], ['b1']]);
  });

  it('tells all of a batch what kept it from being carried out, and goes on with the next', async () => {
    const { commit, letGo } = held();
    const failed = commit.ask('a1');
    const next = commit.ask('a2');
    await Promise.all([expect(failed).rejects.toThrow('the disk is full'), letGo(new Error('the disk is full'))]);
    await letGo();
    expect(await next).toBe('A2');
  });

  it('begins anew once it had nothing to do', async () => {
    const { commit, batches, letGo } = held();
    const first = commit.ask('a1');
    await letGo();
    await first;
    void commit.ask('a2');
    expect(batches).toEqual([['a1'], ['a2']]);
  });

  it('takes no more than a hundred at a time', async () => {
    const { commit, batches, letGo } = held();
    for (let at = 0; at < 251; at++) void commit.ask(`a${at}`);
    for (let round = 0; round < 4; round++) await letGo();
    expect(batches.map(({ length }) => length)).toEqual([1, 100, 100, 50]);
  });

  it('rests after each time where it is told to, and lets more gather', async () => {
    const batches: string[][] = [];
    const carryOut = async (asks: readonly string[]): Promise<readonly string[]> => {
      batches.push([...asks]);
      return asks;
    };
    const commit = new GroupCommit<string, string>({ carryOut, restMs: 5 });
    await commit.ask('a1');
    const later = ['a2', 'a3'].map((ask) => commit.ask(ask));
    expect(batches).toEqual([['a1']]);
    await Promise.all(later);
    expect(batches).toEqual([['a1'], ['a2', 'a3']]);
  });
});

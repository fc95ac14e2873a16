import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

type Packages = Record<string, { version: string; optional?: boolean }>;
type AreInstalled = (lock: Packages, there: Packages | undefined) => boolean;
type OneAtATime = <T>(work: () => Promise<T>, lock: string) => Promise<T>;

/** The set-up is plain JavaScript: it runs before anything is installed. */
const load = async (file: string): Promise<unknown> => import(new URL(file, import.meta.url).href);
const { areInstalled } = (await load('packages.mjs')) as { areInstalled: AreInstalled };
const { oneAtATime } = (await load('one-at-a-time.mjs')) as { oneAtATime: OneAtATime };

describe('packages', () => {
  const lock: Packages = {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b-darwin': { version: '2.0.0', optional: true },
  };

  it('are installed when all are there in the versions of the lock file, but for those of other platforms', () => {
    expect(areInstalled(lock, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
  });

  it.each<[string, Packages | undefined]>([
    ['nothing was installed', undefined],
    ['one is missing', {}],
    ['one is of another version', { 'node_modules/a': { version: '1.0.1' } }],
    [
      'an optional one is of another version',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b-darwin': { version: '1.9.0' } },
    ],
  ])('are to be installed when %s', (_, there) => {
    expect(areInstalled(lock, there)).toBe(false);
  });
});

describe('set-up', () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otterpost-set-up-'));
    lock = join(folder, 'deeper', 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('runs once at a time, and a failure lets the next one in', async () => {
    const seen: string[] = [];
    const work = (name: string, fails: boolean) => async (): Promise<void> => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
    };
    const results = await Promise.allSettled([oneAtATime(work('a', true), lock), oneAtATime(work('b', false), lock)]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('does not wait for one that was killed', async () => {
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(gone, 'exit');
    await oneAtATime(async () => undefined, lock);
    writeFileSync(lock, String(gone.pid));
    expect(await oneAtATime(async () => 'done', lock)).toBe('done');
  });
});

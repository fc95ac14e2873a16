import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseKeyRing } from '@otterpost/sealing/key-ring';

import { takeDataFolder } from './data-folder.ts';

let parent: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'otterpost-data-'));
  path = join(parent, 'data');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('the data folder', () => {
  it('has keys that are made once and that only their owner can read', () => {
    const first = takeDataFolder(path);
    first.release();
    const second = takeDataFolder(path);
    expect(second.secrets).toEqual(first.secrets);
    expect([first.madeAdminKey, second.madeAdminKey]).toEqual([true, false]);
    expect(first.secrets.adminKey).toMatch(/^ott_[a-z2-7]{48}$/);
    expect(() => parseKeyRing(first.secrets.masterKeys)).not.toThrow();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const files = readdirSync(join(path, 'keys'));
    expect(files).not.toHaveLength(0);
    for (const file of files) expect(statSync(join(path, 'keys', file)).mode & 0o777).toBe(0o600);
  });

  it('does not keep an admin key that was given, and makes one when none is given any more', () => {
    const adminKey = 'a key of at least thirty-two characters';
    const first = takeDataFolder(path, { adminKey });
    expect([first.secrets.adminKey, first.madeAdminKey]).toEqual([adminKey, false]);
    expect(existsSync(join(path, 'keys', 'admin.key'))).toBe(false);
    first.release();
    expect(takeDataFolder(path).madeAdminKey).toBe(true);
  });

  it('is refused while a suite lives in it, and free once that has let go', () => {
    const first = takeDataFolder(path);
    expect(() => takeDataFolder(path)).toThrow(/^Another suite \(process \d+\) runs in /);
    first.release();
    expect(() => takeDataFolder(path)).not.toThrow();
  });

  it('is free when its suite was killed', async () => {
    takeDataFolder(path);
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(gone, 'exit');
    writeFileSync(join(path, 'suite.pid'), `${gone.pid} 1`);
    expect(() => takeDataFolder(path)).not.toThrow();
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is free when the pid of its killed suite has passed to another process', () => {
    takeDataFolder(path);
    const lock = join(path, 'suite.pid');
    const [pid, startedAt] = readFileSync(lock, 'utf8').split(' ').map(Number);
    writeFileSync(lock, `${pid} ${(startedAt ?? 0) - 1}`);
    expect(() => takeDataFolder(path)).not.toThrow();
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@otterpost/testkit/eventually';

const FIXTURE = fileURLToPath(new URL('fixtures/suite-with-one-server.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-guard-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function startThenKill(beforeTheKill: (serverPid: number) => void): Promise<number> {
  const args = ['--conditions=@otterpost/source', '--disable-warning=ExperimentalWarning', FIXTURE, folder];
  const supervisor = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [told] = (await once(supervisor.stdout, 'data')) as [Buffer];
  const pid = Number(String(told));
  expect(isAlive(pid)).toBe(true);
  beforeTheKill(pid);
  supervisor.kill('SIGKILL');
  await once(supervisor, 'exit');
  return pid;
}

describe('the guard', () => {
  it('ends the servers of a supervisor that was killed', async () => {
    const pid = await startThenKill(() => undefined);
    await eventually(() => !isAlive(pid) || undefined, { timeoutMs: 20_000 });
  }, 60_000);

  it('ends a server that was frozen as well', async () => {
    const pid = await startThenKill((server) => process.kill(server, 'SIGSTOP'));
    await eventually(() => !isAlive(pid) || undefined, { timeoutMs: 20_000 });
  }, 60_000);
});

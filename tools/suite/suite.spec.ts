import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@otterpost/testkit/eventually';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY = /Otterpost is ready/;

let folder: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-suite-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}, 30_000);

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** `npm start`, past its set-up. */
function start(env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(
    process.execPath,
    ['--conditions=@otterpost/source', '--disable-warning=ExperimentalWarning', join(ROOT, 'tools', 'start.ts')],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH ?? '',
        OTTERPOST_DATA_DIR: folder,
        OTTERPOST_HTTP_PORT: '0',
        OTTERPOST_GRPC_PORT: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

/** Pids of everything that runs on this folder: the servers name it in their command lines, the services in their environment. */
async function processesOf(path: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, environment] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      return `${command}${environment}`.includes(path) && pid !== process.pid ? [pid] : [];
    }),
  );
  return found.flat();
}

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('npm start', () => {
  it('is ready, keeps its keys to itself, restarts what died, and leaves nothing behind', async () => {
    const { child, output, ended } = start();
    await eventually(() => READY.test(output()) || undefined, { timeoutMs: 60_000 });
    expect(output()).toMatch(/admin key \(told this once\): ott_[a-z2-7]{48}/);
    for (const file of ['keys/master.keys', 'keys/admin.key', 'worker.nats']) {
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700);

    const pids = await processesOf(folder);
    const gateways = await Promise.all(pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/comm`, 'utf8')] as const));
    const gateway = gateways.filter(([, name]) => name.trim() === 'gateway');
    expect(gateway).toHaveLength(1);
    const url = /API +(http:\/\/\S+)\/v1/.exec(output())?.[1] ?? '';
    process.kill(gateway[0]?.[0] ?? 0, 'SIGKILL');
    await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined, { timeoutMs: 20_000 });

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(output()).not.toContain('a step of the stop failed');
    await eventually(async () => (await processesOf(folder)).length === 0 || undefined);
  }, 120_000);

  it('leaves nothing behind when it is killed, and starts again on what it left', async () => {
    const first = start();
    await eventually(() => READY.test(first.output()) || undefined, { timeoutMs: 60_000 });
    first.child.kill('SIGKILL');
    await first.ended;
    await eventually(async () => (await processesOf(folder)).length === 0 || undefined, { timeoutMs: 20_000 });
    const second = start();
    await eventually(() => READY.test(second.output()) || undefined, { timeoutMs: 60_000 });
    expect(second.output()).not.toContain('admin key');
  }, 120_000);

  it('refuses a folder in which another suite lives, and a port that is taken, in one line', async () => {
    const first = start();
    await eventually(() => READY.test(first.output()) || undefined, { timeoutMs: 60_000 });
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output().trim()).toMatch(
      /^Another suite \(process \d+\) runs in .*: stop it, or name another OTTERPOST_DATA_DIR$/,
    );

    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const third = start({ OTTERPOST_HTTP_PORT: String(port), OTTERPOST_DATA_DIR: `${folder}-other` });
    expect(await third.ended).toBe(1);
    expect(third.output().trim()).toMatch(
      /^Port \d+ on 127\.0\.0\.1 cannot be used \(EADDRINUSE\): set OTTERPOST_HTTP_PORT, 0 takes a free one$/,
    );
    holder.close();
  }, 120_000);

  it('names every variable at fault before anything starts', async () => {
    const { output, ended } = start({ OTTERPOST_HTTP_PROT: '1', OTTERPOST_GRPC_PORT: 'x' });
    expect(await ended).toBe(1);
    expect(output()).toContain('OTTERPOST_HTTP_PROT is not a variable of Otterpost; did you mean OTTERPOST_HTTP_PORT?');
    expect(output()).toContain('OTTERPOST_GRPC_PORT: ');
  });
});

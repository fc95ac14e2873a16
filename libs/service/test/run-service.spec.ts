import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@otterpost/testkit/eventually';

const FIXTURE = fileURLToPath(new URL('fixtures/small-service.ts', import.meta.url));
const KILLED_PARENT = fileURLToPath(new URL('fixtures/killed-parent.ts', import.meta.url));
const FLAGS = ['--conditions=@otterpost/source', '--disable-warning=ExperimentalWarning'];
const USABLE = { OTTERPOST_NATS_URL: 'nats://127.0.0.1:1', OTTERPOST_MASTER_KEYS: 'a:b' };

const children: ChildProcess[] = [];

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function run(env: Record<string, string>): Running {
  const child = fork(FIXTURE, {
    execArgv: FLAGS,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

async function metricsPort(child: ChildProcess): Promise<number> {
  const [message] = (await once(child, 'message')) as [{ port: number }];
  return message.port;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('a service process', () => {
  it('does not start on a bad configuration, and lists every fault', async () => {
    const { output, ended } = run({ OTTERPOST_METRICS_PORT: '99999', OTTERPOST_NAST_URL: 'nats://x' });
    expect(await ended).toBe(1);
    for (const fault of ['OTTERPOST_METRICS_PORT', 'OTTERPOST_NAST_URL', 'OTTERPOST_MASTER_KEYS is missing']) {
      expect(output()).toContain(fault);
    }
  });

  it('says that it lives, is ready, and how it does', async () => {
    const { child } = run(USABLE);
    const url = `http://127.0.0.1:${await metricsPort(child)}`;
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true, checks: { itself: 'ok' } });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_resident_memory_bytes');
    expect((await fetch(`${url}/secrets`)).status).toBe(404);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s', async (signal) => {
    const { child, output, ended } = run(USABLE);
    await metricsPort(child);
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(output()).toContain('closed in order');
  });

  it('stops in order when the process that started it goes away', async () => {
    const { child, output, ended } = run(USABLE);
    await metricsPort(child);
    child.disconnect();
    expect(await ended).toBe(0);
    expect(output()).toContain('closed in order');
  });

  it('ends when its parent was killed in the middle of its log', async () => {
    const parent = spawn(process.execPath, [...FLAGS, KILLED_PARENT], { env: { PATH: process.env.PATH ?? '', ...USABLE } });
    children.push(parent);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line);
    parent.kill('SIGKILL');
    await eventually(() => {
      try {
        process.kill(pid, 0);
        return undefined;
      } catch {
        return true;
      }
    });
  });
});

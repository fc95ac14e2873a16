import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

import { StartError } from '../suite/data-folder.ts';

const run = promisify(execFile);
const NAME = /^otterpost-(\d+)(-router)?$/;
/** Debian keeps these where a plain user's PATH does not look. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };

/** A network of its own behind a router of its own: what happens to them concerns nobody else. */
export interface FarNetwork {
  /** Its address as seen from here. */
  readonly host: string;
  /** The command that runs a program there. */
  readonly enter: readonly string[];
  /** From now on the router drops every packet, both ways, and nobody is told: no RST, no ICMP, and the links stay up. */
  silence(): Promise<void>;
  restore(): Promise<void>;
  /** Ends what runs there and takes the network away. */
  remove(): void;
}

/**
 * Two network namespaces, a server's and a router's, joined by virtual interfaces. The router drops, not an interface of this machine: the
 * kernel gives up a connection within seconds when its own queue refuses packets, as no network would. All of it is removed at the end of this
 * process at the latest; what a killed one left behind is removed by the next.
 *
 * @throws StartError where that cannot be had, with what to do about it.
 */
export async function makeFarNetwork(): Promise<FarNetwork> {
  await assertPossible();
  removeLeftovers();
  const { pid } = process;
  const [name, router] = [`otterpost-${pid}`, `otterpost-${pid}-router`];
  const remove = (): void => [name, router].forEach(removeNetwork);
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  // RFC 2544 keeps 198.18.0.0/15 for tests between networks.
  const [third, fourth] = [(pid >> 6) & 255, (pid & 63) * 4];
  const near = { here: `198.18.${third}.${fourth + 1}`, router: `198.18.${third}.${fourth + 2}` };
  const far = { router: `198.19.${third}.${fourth + 1}`, there: `198.19.${third}.${fourth + 2}` };
  const links = { here: `ott${pid}a`, near: `ott${pid}b`, far: `ott${pid}c`, there: `ott${pid}d` };
  await ip('netns', 'add', name);
  await ip('netns', 'add', router);
  await ip('link', 'add', links.here, 'type', 'veth', 'peer', links.near, 'netns', router);
  await ip('-n', router, 'link', 'add', links.far, 'type', 'veth', 'peer', links.there, 'netns', name);
  await join([], links.here, near.here);
  await join(['-n', router], links.near, near.router);
  await join(['-n', router], links.far, far.router);
  await join(['-n', name], links.there, far.there);
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  await ip('route', 'add', `${far.there}/32`, 'via', near.router, 'dev', links.here);
  await ip('-n', name, 'route', 'add', 'default', 'via', far.router);
  await ip('netns', 'exec', router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  const holes = [near.here, far.there].map((address) => ['blackhole', `${address}/32`]);
  return {
    host: far.there,
    enter: ['ip', 'netns', 'exec', name],
    silence: async () => {
      for (const hole of holes) await ip('-n', router, 'route', 'add', ...hole);
    },
    restore: async () => {
      for (const hole of holes) await ip('-n', router, 'route', 'del', ...hole);
    },
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

async function join(where: readonly string[], link: string, address: string): Promise<void> {
  await ip(...where, 'addr', 'add', `${address}/30`, 'dev', link);
  await ip(...where, 'link', 'set', link, 'up');
}

async function assertPossible(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new StartError(
      'A network namespace needs root: run this with sudo, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN',
    );
  if (spawnSync('ip', ['-V'], { env }).error !== undefined) {
    throw new StartError('ip is missing: install iproute2 (apt-get install iproute2)');
  }
}

/** Of processes that have ended without taking theirs away. */
function removeLeftovers(): void {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { env, encoding: 'utf8' });
  for (const line of stdout.split('\n')) {
    const [name = ''] = line.split(' ');
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) removeNetwork(name);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Without waiting: this process may be at its end. The interfaces go with the namespace. */
function removeNetwork(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { env, encoding: 'utf8' });
  for (const pid of stdout.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  spawnSync('ip', ['netns', 'del', name], { env });
}

function ip(...args: readonly string[]): Promise<unknown> {
  return run('ip', args, { env });
}

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

import { StartError } from '../suite/data-folder.ts';

const run = promisify(execFile);
const NAME = /^otterpost-(\d+)$/;
/** Debian keeps these where a plain user's PATH does not look. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };

/** A network of its own, joined to this machine by one cable: what happens to that concerns nobody else. */
export interface FarNetwork {
  /** Its address as seen from here. */
  readonly host: string;
  /** The command that runs a program there. */
  readonly enter: readonly string[];
  /** From now on every packet is dropped, both ways, and nobody is told: no RST, no ICMP, and the link stays up. */
  silence(): Promise<void>;
  restore(): Promise<void>;
  /** Ends what runs there and takes the network away. */
  remove(): void;
}

/**
 * A network namespace and a pair of virtual interfaces. It is removed at the end of this process at the latest; what a killed one left
 * behind is removed by the next.
 *
 * @throws StartError where that cannot be had, with what to do about it.
 */
export async function makeFarNetwork(): Promise<FarNetwork> {
  await assertPossible();
  removeLeftovers();
  const { pid } = process;
  const name = `otterpost-${pid}`;
  const [here, there] = [
    { link: `ott${pid}a`, mac: '02:07:07:00:00:01' },
    { link: `ott${pid}b`, mac: '02:07:07:00:00:02' },
  ];
  // RFC 2544 keeps 198.18.0.0/15 for tests between networks.
  const net = `198.18.${(pid >> 6) & 255}`;
  const first = (pid & 63) * 4;
  const [near, host] = [`${net}.${first + 1}`, `${net}.${first + 2}`];
  const remove = (): void => removeNetwork(name);
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  const inside = ['-n', name];
  await ip(['netns', 'add', name]);
  await ip([
    'link',
    'add',
    here.link,
    'address',
    here.mac,
    'type',
    'veth',
    'peer',
    there.link,
    'address',
    there.mac,
    'netns',
    name,
  ]);
  await ip(['addr', 'add', `${near}/30`, 'dev', here.link]);
  await ip(['link', 'set', here.link, 'up']);
  await ip([...inside, 'addr', 'add', `${host}/30`, 'dev', there.link]);
  await ip([...inside, 'link', 'set', there.link, 'up']);
  await ip([...inside, 'link', 'set', 'lo', 'up']);
  // A neighbour that must be asked for would be told as unreachable in the silence; behind a router nothing is told.
  await ip(['neigh', 'replace', host, 'lladdr', there.mac, 'dev', here.link, 'nud', 'permanent']);
  await ip([...inside, 'neigh', 'replace', near, 'lladdr', here.mac, 'dev', there.link, 'nud', 'permanent']);
  const queues = [
    ['dev', here.link],
    ['dev', there.link],
  ] as const;
  return {
    host,
    enter: ['ip', 'netns', 'exec', name],
    silence: async () => {
      // A queue without a place: every kernel has it, where netem and iptables need modules.
      await tc(['qdisc', 'replace', ...queues[0], 'root', 'pfifo', 'limit', '0']);
      await tc(['-n', name, 'qdisc', 'replace', ...queues[1], 'root', 'pfifo', 'limit', '0']);
    },
    restore: async () => {
      await tc(['qdisc', 'del', ...queues[0], 'root']);
      await tc(['-n', name, 'qdisc', 'del', ...queues[1], 'root']);
    },
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

async function assertPossible(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new StartError(
      'A network namespace needs root: run this with sudo, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN',
    );
  for (const command of ['ip', 'tc']) {
    if (spawnSync(command, ['-V'], { env }).error !== undefined)
      throw new StartError(`${command} is missing: install iproute2 (apt-get install iproute2)`);
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

function ip(args: readonly string[]): Promise<unknown> {
  return run('ip', args, { env });
}

function tc(args: readonly string[]): Promise<unknown> {
  return run('tc', args, { env });
}

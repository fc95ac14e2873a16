import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

import { eventually } from './eventually.ts';
import { keepEvidence } from './evidence.ts';

/** The last of what a server said is kept for the error when it does not start. */
const KEPT_OUTPUT_CHARS = 8000;
const STOP_DEADLINE_MS = 10_000;

/**
 * A server of another maker, run as a child process in a process group of its own, so that a Ctrl-C meant for us does not
 * reach it before its turn.
 */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = '';

  constructor(name: string, command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.#name = name;
    this.#child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const evidence = keepEvidence('logs', name);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        evidence.write(String(chunk));
        this.#output = (this.#output + String(chunk)).slice(-KEPT_OUTPUT_CHARS);
      });
    }
    this.#child.once('error', (error) => {
      this.#output += error.message;
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.#name} did not start: ${this.#output}`);
    return pid;
  }

  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the process has ended, at once when it has already. */
  async ended(): Promise<void> {
    if (this.isRunning) await once(this.#child, 'exit');
  }

  /** To the server itself; what freezes, thaws or kills goes to its own children too. */
  signal(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    if (signal === 'SIGSTOP' || signal === 'SIGCONT' || signal === 'SIGKILL') process.kill(-this.pid, signal);
    else this.#child.kill(signal);
  }

  /** Ends it by `signal`, and by SIGKILL when that does not do. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const last = setTimeout(() => this.signal('SIGKILL'), STOP_DEADLINE_MS);
    this.signal('SIGCONT');
    this.signal(signal);
    await this.ended();
    clearTimeout(last);
  }

  onExit(listener: (code: number | null, signal: NodeJS.Signals | null) => void): void {
    this.#child.once('exit', listener);
  }
}

/**
 * Ends a server that a killed predecessor left running on the same data: its pid stands in the first line of `pidFile`, and its command
 * line must name `marker`, for the pid may be another program's by now.
 */
export async function endLeftover(pidFile: string, marker: string, signal: NodeJS.Signals): Promise<void> {
  const pid = Number((await readOrNothing(pidFile)).split('\n')[0]);
  const isStill = async (): Promise<boolean> => (await readOrNothing(`/proc/${pid}/cmdline`)).includes(marker);
  if (!(pid > 0) || !(await isStill())) return;
  process.kill(pid, signal);
  await eventually(async () => ((await isStill()) ? undefined : true));
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

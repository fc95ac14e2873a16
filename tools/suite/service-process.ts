import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
/** A service that ran this long starts its pauses anew. */
const STABLE_MS = 30_000;
const STOP_DEADLINE_MS = 9000;

export interface ServiceOptions {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  readonly onOutput: (name: string, text: string) => void;
  readonly onRestart: (name: string, why: string) => void;
  /** Called with the pid of each process that starts, and when it has ended. */
  readonly onStart: (pid: number) => void;
  readonly onEnd: (pid: number) => void;
  /** The service's own variables that hold a port it took, by the door it told: a restart takes the same. */
  readonly portVariables?: Readonly<Record<string, string>>;
}

/** One service of the suite, kept running: a process that dies is started again after a pause. */
export class ServiceProcess {
  readonly name: string;
  readonly ports = new Map<string, number>();
  restarts = 0;
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.name = options.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { script, env, onOutput, portVariables = {}, nodeOptions = [] } = this.#options;
    const taken = Object.entries(portVariables).flatMap(([door, variable]) => {
      const port = this.ports.get(door);
      return port === undefined ? [] : [[variable, String(port)]];
    });
    const child = fork(script, [], {
      env: { PATH: process.env.PATH ?? '', ...env, ...Object.fromEntries(taken) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--enable-source-maps', ...nodeOptions],
      // In a process group of its own, so that a Ctrl-C reaches it in its turn.
      detached: true,
    });
    this.#child = child;
    this.#startedAt = Date.now();
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => onOutput(this.name, String(chunk)));
    child.on('message', (message) => this.#hear(message));
    const { pid } = child;
    if (pid !== undefined) this.#options.onStart(pid);
    // One that could not be forked has no exit to tell; it is tried again like one that died.
    child.on('error', (error) => child.pid === undefined && this.#onEnd(error.message));
    child.once('exit', (code, signal) => {
      if (pid !== undefined) this.#options.onEnd(pid);
      this.#onEnd(signal ?? `exit ${code}`);
    });
  }

  /** As a fault would: the service is started again. */
  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const last = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await once(child, 'exit');
    clearTimeout(last);
  }

  #hear(message: unknown): void {
    const { kind, door, port } = message as { kind?: unknown; door?: unknown; port?: unknown };
    if (kind === 'listening' && typeof door === 'string' && typeof port === 'number') this.ports.set(door, port);
  }

  #onEnd(why: string): void {
    if (this.#stopping) return;
    if (Date.now() - this.#startedAt > STABLE_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.restarts += 1;
    this.#options.onRestart(this.name, why);
    this.#timer = setTimeout(() => this.start(), this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real nats-server of our own, to be killed, frozen, wiped and started again on the same port. */
export class SpawnedNats {
  readonly port: number;
  readonly #storeDir = mkdtempSync(join(tmpdir(), 'otterpost-nats-'));
  #child: ChildProcess | undefined;

  readonly #config: string | undefined;

  private constructor(port: number, config: string | undefined) {
    this.port = port;
    this.#config = config;
  }

  /** @param config the path of a configuration file, for all but port and store */
  static async start(config?: string): Promise<SpawnedNats> {
    const server = new SpawnedNats(await freePort(), config);
    await server.up();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const flags = ['-js', '-sd', this.#storeDir, '-a', '127.0.0.1', '-p', String(this.port)];
    if (this.#config !== undefined) flags.push('-c', this.#config);
    this.#child = spawn('nats-server', flags, { stdio: 'ignore' });
    for (let left = 200; left > 0 && !(await accepts(this.port)); left--) await new Promise((resolve) => setTimeout(resolve, 25));
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Deletes everything it has stored; only while it is down. */
  wipe(): void {
    rmSync(this.#storeDir, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.kill();
    this.wipe();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => resolve(false)).unref();
    socket.once('connect', () => socket.destroy());
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { FetchedSource, MailboxFacts, UnderstoodMail } from '../core/understand-mail.ts';
import type { Answer, ReadingOptions, Task } from './reading.worker.ts';

/**
 * What a thread may use until it gives an answer. The memory is a second line: V8 may end the whole process at such a limit, so that every
 * step of reading has its own, in octets, characters or parts, and comes nowhere near it.
 */
export interface ThreadLimits {
  /** Milliseconds of the processor, and as many for each MiB of a mail: the usual mail takes less than ten. */
  readonly cpuMs: number;
  readonly memoryMb: number;
}

export const THREAD_LIMITS: ThreadLimits = { cpuMs: 250, memoryMb: 256 };

const LOOK_EVERY_MS = 50;
const MEBIBYTE = 1024 * 1024;
const IS_SOURCE = import.meta.url.endsWith('.ts');
const SCRIPT = new URL(`./reading.worker${IS_SOURCE ? '.ts' : '.js'}`, import.meta.url);
const SOURCE_OPTIONS = ['--conditions=@otterpost/source', '--disable-warning=ExperimentalWarning'];

/** The thread ended before it had read the mail: this mail, or one that it read at the same time, was too much for it. */
export class ThreadLost extends Error {}

/** Reads mails where it can be ended, whatever a mail does to it. */
export class ReadingThread {
  readonly #worker: Worker;
  readonly #cpuMs: number;
  readonly #inHand = new Map<number, PromiseWithResolvers<UnderstoodMail> & { readonly allowedMs: number }>();
  #reads = 0;
  /** What the thread had used of the processor when it last gave an answer. */
  #usedMs = 0;
  #hasAnswered = true;
  #watch: NodeJS.Timeout | undefined;

  private constructor(worker: Worker, { cpuMs }: ThreadLimits) {
    this.#cpuMs = cpuMs;
    this.#worker = worker;
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('exit', () => this.#lose());
    worker.unref();
  }

  /** Resolves when it is warm. */
  static async start(options: ReadingOptions, limits: ThreadLimits): Promise<ReadingThread> {
    const worker = new Worker(SCRIPT, {
      workerData: options,
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
      execArgv: IS_SOURCE ? SOURCE_OPTIONS : [],
    });
    await once(worker, 'message');
    // The exit that follows tells those who wait.
    worker.on('error', () => undefined);
    return new ReadingThread(worker, limits);
  }

  /** @throws ThreadLost */
  read(mail: FetchedSource, mailbox: MailboxFacts): Promise<UnderstoodMail> {
    const id = ++this.#reads;
    const allowedMs = this.#cpuMs * (1 + mail.source.length / MEBIBYTE);
    const reading = { ...Promise.withResolvers<UnderstoodMail>(), allowedMs };
    this.#inHand.set(id, reading);
    this.#hasAnswered ||= this.#inHand.size === 1;
    // Moved, and its own: a message carries the whole memory that a view is of, and a small mail lies in Node's pool of 64 KiB.
    const source = new Uint8Array(mail.source);
    const task = { kind: 'read', id, mail: { ...mail, source }, mailbox } satisfies Task;
    this.#worker.postMessage(task, [source.buffer]);
    this.#watch ??= setInterval(() => void this.#look(), LOOK_EVERY_MS);
    return reading.promise;
  }

  tell(task: Task): void {
    this.#worker.postMessage(task);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: Answer): void {
    if (answer.kind === 'ready') return;
    const reading = this.#inHand.get(answer.id);
    this.#inHand.delete(answer.id);
    this.#hasAnswered = true;
    if (this.#inHand.size === 0) this.#rest();
    if (answer.kind === 'understood') reading?.resolve(answer.understood);
    else reading?.reject(answer.error);
  }

  /** Ends the thread when it has worked too long without an answer; its waiting for DNS, and ours for the processor, do not count. */
  async #look(): Promise<void> {
    // It may end while it is asked.
    const { user, system } = await this.#worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
    const usedMs = (user + system) / 1000;
    const allowedMs = Math.max(...[...this.#inHand.values()].map((reading) => reading.allowedMs));
    if (this.#hasAnswered) {
      this.#usedMs = usedMs;
      this.#hasAnswered = false;
    } else if (this.#inHand.size > 0 && usedMs - this.#usedMs > allowedMs) {
      await this.stop();
    }
  }

  #lose(): void {
    this.#rest();
    const lost = [...this.#inHand.values()];
    this.#inHand.clear();
    for (const reading of lost) reading.reject(new ThreadLost('The thread that read the mail was ended'));
  }

  #rest(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { PatternFault } from '../core/text-pattern.ts';
import type { Trial, Verdict } from './pattern-trial.worker.ts';

/** For one pattern, with all its searches; the thread's own start is not counted. */
const DEADLINE_MS = 4000;
const MEMORY_MB = 64;
const SCRIPT = new URL(`./pattern-trial.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Compiles patterns and searches with them in a thread that can be ended, so that none can hold up the reading of mails. */
export class PatternTrial {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** One pattern at a time. @throws PatternFault when it does not compile, has no such group, or is too slow. */
  async run(trial: Trial): Promise<void> {
    const turn = this.#last.then(() => this.#judge(trial));
    this.#last = turn.catch(() => undefined);
    const verdict = await turn;
    if (verdict !== null) throw new PatternFault(verdict);
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #judge(trial: Trial): Promise<Verdict> {
    this.#worker ??= await startWorker();
    const worker = this.#worker;
    const late = AbortSignal.timeout(DEADLINE_MS);
    try {
      const answer = once(worker, 'message', { signal: late }) as Promise<[Verdict]>;
      worker.postMessage(trial);
      return (await answer)[0];
    } catch {
      // Late, or out of memory: what the thread was doing ends with it.
      await this.stop();
      return late.aborted ? 'takes too long to be tried' : 'takes too much memory';
    }
  }
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(SCRIPT, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB }, execArgv: [] });
  worker.on('error', () => undefined);
  await once(worker, 'online');
  worker.unref();
  return worker;
}

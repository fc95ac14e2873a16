import { setTimeout as sleep } from 'node:timers/promises';

const AT_MOST = 100;

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/** One answer for each that asks, in their order. What it throws, all of them are told. */
type CarryOut<Ask, Answer> = (asks: readonly Ask[]) => Promise<readonly (Answer | Promise<Answer>)[]>;

export interface GroupCommitOptions<Ask, Answer> {
  /** Only what is of one kind can go together; by default all is. */
  readonly kindOf?: (ask: Ask) => string;
  readonly carryOut: CarryOut<Ask, Answer>;
  /** As many go together; 100 by default. */
  readonly atMost?: number;
  /** After each time, more is let gather for so long: for what nobody waits for. None by default. */
  readonly restMs?: number;
}

/**
 * Group commit: who asks while the like of it is being carried out goes with the next, all of them by one statement and one commit.
 * Who asks while nothing is carried out is not kept waiting for others.
 */
export class GroupCommit<Ask, Answer> {
  readonly #options: GroupCommitOptions<Ask, Answer>;
  readonly #waiting = new Map<string, Waiting<Ask, Answer>[]>();

  constructor(options: GroupCommitOptions<Ask, Answer>) {
    this.#options = options;
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const kind = this.#options.kindOf?.(ask) ?? '';
      const one = { ask, resolve, reject };
      const waiting = this.#waiting.get(kind);
      if (waiting !== undefined) waiting.push(one);
      else void this.#carryOutAll(kind, [one]);
    });
  }

  async #carryOutAll(kind: string, waiting: Waiting<Ask, Answer>[]): Promise<void> {
    const { carryOut, atMost = AT_MOST, restMs } = this.#options;
    this.#waiting.set(kind, waiting);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, atMost);
      try {
        const answers = await carryOut(batch.map(({ ask }) => ask));
        for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as Answer | Promise<Answer>);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      if (restMs !== undefined) await sleep(restMs);
    }
    this.#waiting.delete(kind);
  }
}

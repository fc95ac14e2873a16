import type { Logger } from './logger.ts';

/**
 * The order in which a service stops: it refuses new work, answers and finishes what it holds, hands over what it owns,
 * then closes its connections. Within a phase the steps run side by side.
 */
export const STOP_PHASES = ['refuse', 'answer', 'handOver', 'close'] as const;
export type StopPhase = (typeof STOP_PHASES)[number];

/** A phase that takes longer is left behind: a stop must end (FAULTS-AND-THREATS 4.3, "Graceful stop"). */
const PHASE_DEADLINE_MS: Readonly<Record<StopPhase, number>> = { refuse: 500, answer: 2500, handOver: 2000, close: 1500 };

type Step = () => void | Promise<void>;

interface PlannedStep {
  readonly name: string;
  readonly step: Step;
  readonly deadlineMs: number;
}

/** The end of a process, in order. Safe to ask for more than once. */
export class Lifecycle {
  readonly #logger: Logger;
  readonly #steps: Record<StopPhase, PlannedStep[]> = { refuse: [], answer: [], handOver: [], close: [] };
  #stopped: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A step that may take longer than its phase usually does names its own deadline. */
  onStop(phase: StopPhase, name: string, step: Step, deadlineMs = PHASE_DEADLINE_MS[phase]): void {
    this.#steps[phase].push({ name, step, deadlineMs });
  }

  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Runs all phases; a failing or late step is logged and does not hold up the rest. */
  stop(reason: string): Promise<void> {
    this.#stopped ??= this.#run(reason);
    return this.#stopped;
  }

  async #run(reason: string): Promise<void> {
    const began = performance.now();
    this.#logger.info({ reason }, 'stopping');
    for (const phase of STOP_PHASES) {
      await Promise.all(this.#steps[phase].map((planned) => this.#take(phase, planned)));
    }
    this.#logger.info({ tookMs: Math.round(performance.now() - began) }, 'stopped');
  }

  async #take(phase: StopPhase, { name, step, deadlineMs }: PlannedStep): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), deadlineMs);
    });
    try {
      const outcome = await Promise.race([Promise.resolve().then(step), late]);
      if (outcome === 'late') this.#logger.warn({ phase, step: name }, 'a step of the stop took too long and was left behind');
    } catch (error) {
      this.#logger.error({ phase, step: name, err: error }, 'a step of the stop failed');
    } finally {
      clearTimeout(timer);
    }
  }
}

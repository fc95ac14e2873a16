import type * as z from 'zod';

import { ConfigError, type ConfigOf, readConfig } from './config.ts';
import { Health } from './health.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger, type Logger } from './logger.ts';
import type { BASE_VARIABLES, Variables } from './variables.ts';

/** Past this, whatever still runs is cut: an orchestrator would send SIGKILL next. */
const HARD_EXIT_MS = 8000;

type BaseShape = Pick<typeof Variables.shape, keyof typeof BASE_VARIABLES>;

export interface ServiceContext<S extends z.ZodObject> {
  readonly config: ConfigOf<S>;
  readonly logger: Logger;
  readonly health: Health;
  readonly lifecycle: Lifecycle;
}

export interface ServiceOptions<S extends z.ZodObject> {
  /** The app's name; it becomes the title of the process. */
  readonly name: string;
  readonly variables: S;
  readonly env: NodeJS.ProcessEnv;
  /** Builds and starts everything; adds its readiness checks and the steps of its stop. */
  readonly start: (context: ServiceContext<S>) => Promise<void>;
}

/**
 * The life of a service process: reads the configuration, answers health checks, starts, and stops in order on SIGTERM,
 * SIGINT or when the process that started it goes away. Ends the process; never returns a failure.
 */
export async function runService<S extends z.ZodObject<BaseShape>>(options: ServiceOptions<S>): Promise<void> {
  process.title = options.name;
  let config: ConfigOf<S>;
  try {
    config = readConfig(options.variables, options.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${options.name}: ${error.message}\n`);
    process.exit(1);
  }
  const base = config as unknown as ConfigOf<z.ZodObject<BaseShape>>;
  const logger = createLogger({ name: options.name, level: base.logLevel });
  const lifecycle = new Lifecycle(logger);
  const health = new Health();
  endInOrder(lifecycle, health, logger);
  try {
    const port = await health.listen(base.metricsHost, base.metricsPort);
    process.send?.({ kind: 'listening', door: 'metrics', port });
    await options.start({ config, logger, health, lifecycle });
    logger.info({ metricsPort: port }, 'started');
  } catch (error) {
    logger.fatal({ err: error }, 'the service cannot start');
    await lifecycle.stop('start failed');
    process.exit(1);
  }
}

function endInOrder(lifecycle: Lifecycle, health: Health, logger: Logger): void {
  lifecycle.onStop('refuse', 'readiness', () => health.beginStopping());
  lifecycle.onStop('close', 'health', () => health.close());
  const end = (reason: string): void => {
    setTimeout(() => process.exit(1), HARD_EXIT_MS).unref();
    lifecycle.stop(reason).then(() => process.exit(0));
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  // Under `npm start` and in tests the parent holds a channel: its end means that nobody is left to stop us.
  process.once('disconnect', () => end('parent gone'));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an error that nobody handled; the process ends');
    process.exit(1);
  });
}

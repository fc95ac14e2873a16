import type { LoggerService } from '@nestjs/common';
import {
  type DestinationStream,
  destination,
  type Logger,
  type LoggerOptions as PinoOptions,
  pino,
  stdTimeFunctions,
} from 'pino';

export type { Logger } from 'pino';

/** Names under which a secret might be handed to the logger by mistake, at any of the first three depths. */
const SECRET_NAMES = [
  'password',
  'pass',
  'secret',
  'clientSecret',
  'token',
  'refreshToken',
  'accessToken',
  'credential',
  'authorization',
  'cookie',
  'session',
  'proxy',
  'otp',
  'verificationCode',
  'subject',
  'source',
  'key',
];

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
}

/** What every line has, and what none may have. */
function loggerSettings({ name, level }: LoggerOptions): PinoOptions {
  return {
    name,
    level,
    base: { service: name },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: SECRET_NAMES.flatMap((secret) => [secret, `*.${secret}`, `*.*.${secret}`]), censor: '[redacted]' },
  };
}

/** JSON lines on `output`, or on standard output; readable lines when a terminal reads that. Secrets under a known name are dropped. */
export function createLogger(options: LoggerOptions, output?: DestinationStream): Logger {
  const settings = loggerSettings(options);
  if (output !== undefined) return pino(settings, output);
  if (!process.stdout.isTTY) return pino(settings, openStandardOutput());
  return pino({ ...settings, transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname,service' } } });
}

/**
 * Standard output, given up when whoever read it is gone. pino does so on EPIPE only; on the ECONNRESET of a killed reader its
 * destination would try for ever at the process's exit.
 */
function openStandardOutput(): DestinationStream {
  const output = destination({ dest: 1, sync: true });
  output.on('error', () => {
    const giveUp = (): boolean => true;
    Object.assign(output, { write: giveUp, flush: giveUp, flushSync: giveUp, end: giveUp });
  });
  return output;
}

/** Nest's own messages, on the same log. Its start-up chatter is for debugging. */
export function toNestLogger(logger: Logger): LoggerService {
  const text = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(message));
  return {
    log: (message: unknown) => logger.debug(text(message)),
    debug: (message: unknown) => logger.debug(text(message)),
    verbose: (message: unknown) => logger.trace(text(message)),
    warn: (message: unknown) => logger.warn(text(message)),
    error: (message: unknown, ...rest: unknown[]) =>
      logger.error({ err: message instanceof Error ? message : undefined, rest }, text(message)),
    fatal: (message: unknown) => logger.fatal(text(message)),
  };
}

import { Logger } from '@nestjs/common';
import type { Failure } from '@otterpost/contracts/failure';

const logger = new Logger('requests');

/**
 * Writes down a failure that is ours, with its cause, where it is turned into an answer: the one who asked gets neither. What the
 * caller did wrong is the caller's to know.
 */
export function logFailure(failure: Failure): void {
  if (failure.code === 'internal') logger.error(failure);
  else if (failure.rule.status >= 500) logger.warn(`${failure.code}: ${failure.message}`);
}

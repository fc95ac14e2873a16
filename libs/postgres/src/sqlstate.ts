import { Failure } from '@otterpost/contracts/failure';

/** PostgreSQL's error codes, appendix A of its manual. */
const UNIQUE_VIOLATION = '23505';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
/** A text that PostgreSQL keeps in no column: one with NUL, or half of a surrogate pair. */
const NO_TEXT = new Set(['22021', '22P05']);
/** 08: connection exceptions; 57P: the server stops, crashed or starts; 53: no connection, memory or disk left. */
const UNAVAILABLE = /^(08...|57P0[1-5]|53...)$/;
/** What Node.js and pg say of a connection that is not there or has gone. */
const LOST_CONNECTION = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN/;
const LOST_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/;

interface DatabaseError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

function sqlStateOf(error: unknown): string {
  const { code } = (error ?? {}) as DatabaseError;
  return typeof code === 'string' ? code : '';
}

/** A value that had to be unique is there already; of the named constraint, where one is named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  if (sqlStateOf(cause) !== UNIQUE_VIOLATION) return false;
  return constraint === undefined || (cause as DatabaseError).constraint === constraint;
}

/** The transaction lost a race and may be run again as it was. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error instanceof Failure ? error.cause : error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED;
}

/** What an error of the database stands for; `database_unavailable` where the same may work soon. */
export function toDatabaseFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const state = sqlStateOf(error);
  if (NO_TEXT.has(state)) {
    return new Failure('invalid_request', {
      detail: 'A text must hold neither NUL nor half a character: leave it away',
      cause: error,
    });
  }
  const message = String((error as DatabaseError | undefined)?.message ?? '');
  const unavailable = UNAVAILABLE.test(state) || LOST_CONNECTION.test(state) || LOST_MESSAGE.test(message) || isRetryable(error);
  return new Failure(unavailable ? 'database_unavailable' : 'internal', { cause: error });
}

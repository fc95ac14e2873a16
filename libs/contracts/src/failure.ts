import { FAILURES, type FailureCode, type FailureRule } from './failures.ts';

/** One fault in a request, named by the path of its field (`auth.password`), empty for the whole body. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

export interface FailureDetails {
  /** One sentence for the caller: what is wrong and how to mend it. Never a secret, never a code. */
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
  /** Seconds after which the caller may try again; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
  /** For the log only: ids and counts that help to find the reason. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
}

/** What stops the work. Expected outcomes are return values; everything else is thrown as one of these. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: string | undefined;
  readonly errors: readonly FieldFault[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly context: FailureDetails['context'];

  constructor(code: FailureCode, details: FailureDetails = {}) {
    super(details.detail ?? FAILURES[code].title, { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.detail = details.detail;
    this.errors = details.errors;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.context = details.context;
  }

  get rule(): FailureRule {
    return FAILURES[this.code];
  }
}

/** The failure that an error stands for: itself, or `internal` with the error as its cause. */
export function toFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('internal', { cause: error });
}

import type { Problem } from '@otterpost/contracts/problem';

/** What the gateway refused, or what kept the client from asking. `code` is stable and made for programs. */
export class OtterpostError extends Error {
  /** The gateway's code (`ticket_ended`, …), or the client's own: `timeout`, `unreachable`, `ticket_expired`, `ticket_cancelled`, `no_code`, `no_link`. */
  readonly code: string;
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** The gateway's whole answer, with the fields at fault. */
  readonly problem: Problem | undefined;

  constructor(code: string, message: string, { problem, cause }: { problem?: Problem; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'OtterpostError';
    this.code = code;
    this.status = problem?.status;
    this.problem = problem;
  }
}

/** What a failure's code alone decides: the HTTP status, and whether the bus tries the message again. */
export interface FailureRule {
  /** HTTP status of the problem answer (RFC 9110 section 15). */
  readonly status: number;
  /** `never`: the message is terminated and dead-lettered; `soon`: redelivered within a second; `later`: with a growing delay. */
  readonly retry: 'never' | 'soon' | 'later';
  /** One sentence for people; the same for every failure with this code (RFC 9457 section 3.1.3). */
  readonly title: string;
}

/** Every failure that the suite can answer with. `docs/reference/failures.md` is generated from this table. */
export const FAILURES = {
  // What the caller sent
  invalid_json: { status: 400, retry: 'never', title: 'The body is not valid JSON' },
  invalid_request: { status: 422, retry: 'never', title: 'The request does not fit its description' },
  invalid_message: { status: 422, retry: 'never', title: 'A message on the bus does not fit its description' },
  unauthenticated: { status: 401, retry: 'never', title: 'A valid API key is needed' },
  scope_insufficient: { status: 403, retry: 'never', title: 'The scope of this API key does not allow this' },
  site_not_allowed: { status: 403, retry: 'never', title: 'This API key is limited to other sites' },
  group_not_allowed: { status: 403, retry: 'never', title: 'This API key is limited to other account groups' },
  not_found: { status: 404, retry: 'never', title: 'There is no such thing, or this API key may not see it' },
  method_not_allowed: { status: 405, retry: 'never', title: 'This address does not take that method' },
  payload_too_large: { status: 413, retry: 'never', title: 'The body is over the limit' },
  unsupported_media_type: { status: 415, retry: 'never', title: 'This address does not take that kind of content' },
  idempotency_key_reused: { status: 422, retry: 'never', title: 'This Idempotency-Key was used with another request' },
  too_many_requests: { status: 429, retry: 'later', title: 'Too many requests' },

  // Tickets and codes
  code_not_unassigned: {
    status: 409,
    retry: 'never',
    title: 'The code has its ticket already, or a newer code has superseded it',
  },
  ticket_ended: { status: 409, retry: 'never', title: 'The ticket has ended' },
  ticket_already_fulfilled: { status: 409, retry: 'never', title: 'The ticket already has its code' },
  ticket_not_fulfilled: { status: 409, retry: 'never', title: 'The ticket has no code to reject' },

  // Mailboxes
  mailbox_exists: { status: 409, retry: 'never', title: 'This mailbox is already watched' },
  host_not_allowed: { status: 422, retry: 'never', title: 'This host may not be connected to' },
  stale_fence: { status: 409, retry: 'never', title: 'The lease has passed to another holder' },

  // Accounts
  account_group_exists: { status: 409, retry: 'never', title: 'There is a group of this name for this site' },
  account_exists: { status: 409, retry: 'never', title: 'The group has an account with this email' },
  no_free_account: { status: 409, retry: 'never', title: 'The group has no account that may be leased now' },
  lease_ended: { status: 409, retry: 'never', title: 'The lease has ended' },
  session_changed: { status: 412, retry: 'never', title: 'The session is not the one that If-Match or If-None-Match names' },

  // Imports
  wrong_import_kind: { status: 422, retry: 'never', title: 'The file is of one group and the import of all, or the reverse' },
  import_corrupt: { status: 422, retry: 'never', title: 'The file was cut or changed' },
  import_empty: { status: 422, retry: 'never', title: 'The file holds nothing' },
  import_not_text: { status: 422, retry: 'never', title: 'The file is not text in UTF-8 or UTF-16' },
  import_format_unknown: { status: 422, retry: 'never', title: 'The file is written in no form that is known' },
  import_line_too_long: { status: 422, retry: 'never', title: 'The file has a line over the limit' },
  import_ended: { status: 409, retry: 'never', title: 'The import has ended, or has not yet' },

  // Sites
  sample_failed: { status: 422, retry: 'never', title: 'A sample does not give what it should' },
  pattern_invalid: { status: 422, retry: 'never', title: 'A pattern is not valid RE2' },

  // Mails
  mail_unreadable: { status: 422, retry: 'never', title: 'The mail breaks its reader' },

  // What the suite stands on
  database_unavailable: { status: 503, retry: 'soon', title: 'The database does not answer' },
  dns_unavailable: { status: 503, retry: 'later', title: 'DNS does not answer' },
  bus_unavailable: { status: 503, retry: 'soon', title: 'The message bus does not answer' },
  service_unavailable: { status: 503, retry: 'soon', title: 'A service of the suite does not answer' },
  overloaded: { status: 503, retry: 'soon', title: 'This instance has more to do than it can' },
  shutting_down: { status: 503, retry: 'soon', title: 'This instance is shutting down' },
  unsealing_failed: { status: 500, retry: 'never', title: 'A sealed secret cannot be opened' },
  internal: { status: 500, retry: 'later', title: 'Something went wrong on our side' },
} as const satisfies Record<string, FailureRule>;

export type FailureCode = keyof typeof FAILURES;

export function isFailureCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(FAILURES, code);
}

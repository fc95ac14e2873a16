import { Metadata as GrpcMetadata, type Metadata, status as Status } from '@grpc/grpc-js';
import type { Failure } from '@otterpost/contracts/failure';
import type { FailureCode } from '@otterpost/contracts/failures';

import { encodeMessage, type Field } from './protobuf.ts';

/** What grpc-js sends when a handler throws it. */
export interface GrpcFailure {
  readonly code: Status;
  readonly details: string;
  readonly metadata: Metadata;
}

const DOMAIN = 'otterpost';

/** HTTP statuses as gRPC has them (google.rpc.Code's mapping). */
const BY_HTTP_STATUS: Readonly<Record<number, Status>> = {
  400: Status.INVALID_ARGUMENT,
  401: Status.UNAUTHENTICATED,
  403: Status.PERMISSION_DENIED,
  404: Status.NOT_FOUND,
  409: Status.FAILED_PRECONDITION,
  412: Status.ABORTED,
  413: Status.INVALID_ARGUMENT,
  415: Status.INVALID_ARGUMENT,
  422: Status.INVALID_ARGUMENT,
  429: Status.RESOURCE_EXHAUSTED,
  503: Status.UNAVAILABLE,
};
const EXCEPTIONS: Partial<Record<FailureCode, Status>> = {
  mailbox_exists: Status.ALREADY_EXISTS,
  account_exists: Status.ALREADY_EXISTS,
  account_group_exists: Status.ALREADY_EXISTS,
};

/** A failure as a gRPC status: the same code for programs, the same sentence for people. Causes and context stay inside. */
export function toGrpcFailure(failure: Failure): GrpcFailure {
  const code = EXCEPTIONS[failure.code] ?? BY_HTTP_STATUS[failure.rule.status] ?? Status.INTERNAL;
  const details = failure.detail ?? failure.rule.title;
  const metadata = new GrpcMetadata();
  metadata.set('otterpost-code', failure.code);
  metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus(code, details, failure)));
  return { code, details, metadata };
}

/** google.rpc.Status with ErrorInfo, and BadRequest and RetryInfo where they say something (googleapis, google/rpc). */
function encodeStatus(code: Status, message: string, { code: reason, errors = [], retryAfterSeconds }: Failure): Uint8Array {
  const details: Field[] = [
    any('ErrorInfo', [
      [1, reason],
      [2, DOMAIN],
    ]),
  ];
  if (errors.length > 0) {
    const violations = errors.map(
      ({ path, message }): Field => [
        1,
        encodeMessage([
          [1, path],
          [2, message],
        ]),
      ],
    );
    details.push(any('BadRequest', violations));
  }
  if (retryAfterSeconds !== undefined) details.push(any('RetryInfo', [[1, encodeMessage([[1, Math.ceil(retryAfterSeconds)]])]]));
  return encodeMessage([[1, code], [2, message], ...details]);
}

/** A detail as google.protobuf.Any, in Status's field 3. */
function any(type: string, fields: readonly Field[]): Field {
  return [
    3,
    encodeMessage([
      [1, `type.googleapis.com/google.rpc.${type}`],
      [2, encodeMessage(fields)],
    ]),
  ];
}

import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import { FAILURES, type FailureCode } from '@otterpost/contracts/failures';

import { toGrpcFailure } from './grpc-failure.ts';

type Read = Map<number, (Buffer | number)[]>;

/** Reads a protobuf message by the rules of its encoding, not by ours. */
function read(bytes: Uint8Array): Read {
  const fields: Read = new Map();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    const isMessage = (tag & 7) === 2;
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), isMessage ? Buffer.from(bytes.subarray(at, at + value)) : value]);
    if (isMessage) at += value;
  }
  return fields;
}
const text = (fields: Read, number: number): string => String(fields.get(number)?.[0] ?? '');
const message = (fields: Read, number: number, index = 0): Read => read(fields.get(number)?.[index] as Buffer);

function detailsOf(failure: Failure): { status: Read; byType: Map<string, Read> } {
  const status = read(toGrpcFailure(failure).metadata.get('grpc-status-details-bin')[0] as Buffer);
  const details = (status.get(3) ?? []).map((detail) => read(detail as Buffer));
  return { status, byType: new Map(details.map((detail) => [text(detail, 1).replace(/^.*\./, ''), message(detail, 2)])) };
}

describe('a failure on gRPC', () => {
  it('carries its code as the reason of an ErrorInfo', () => {
    const { status, byType } = detailsOf(new Failure('ticket_ended', { detail: 'It is over' }));
    expect([status.get(1), text(status, 2)]).toEqual([[Status.FAILED_PRECONDITION], 'It is over']);
    const info = byType.get('ErrorInfo') ?? new Map();
    expect([text(info, 1), text(info, 2)]).toEqual(['ticket_ended', 'otterpost']);
    expect([...byType.keys()]).toEqual(['ErrorInfo']);
  });

  it('names every field at fault, however long the text', () => {
    const long = 'ü'.repeat(200);
    const errors = [
      { path: 'site', message: long },
      { path: 'labels.a', message: 'x' },
    ];
    const violations = detailsOf(new Failure('invalid_request', { errors })).byType.get('BadRequest') ?? new Map();
    expect([0, 1].map((index) => message(violations, 1, index)).map((one) => [text(one, 1), text(one, 2)])).toEqual([
      ['site', long],
      ['labels.a', 'x'],
    ]);
  });

  it('says after how many seconds to come again', () => {
    const delay = detailsOf(new Failure('too_many_requests', { retryAfterSeconds: 299.2 })).byType.get('RetryInfo') ?? new Map();
    expect(message(delay, 1).get(1)).toEqual([300]);
  });

  it.each(Object.keys(FAILURES) as FailureCode[])('has a status that is neither OK nor unknown: %s', (code) => {
    expect([Status.OK, Status.UNKNOWN]).not.toContain(toGrpcFailure(new Failure(code)).code);
  });
});

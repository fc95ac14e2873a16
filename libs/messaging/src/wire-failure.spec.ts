import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';

import { fromWireFailure, toWireFailure } from './wire-failure.ts';

const travel = (failure: Failure): Failure => fromWireFailure(JSON.parse(JSON.stringify(toWireFailure(failure))));

describe('a failure between services', () => {
  it('arrives with its code, detail, faults, delay and context', () => {
    const failure = new Failure('too_many_requests', {
      detail: 'Ten a second are enough',
      errors: [{ path: 'site', message: 'again?' }],
      retryAfterSeconds: 3,
      context: { held: 10, key: null },
    });
    expect(travel(failure)).toMatchObject({
      code: 'too_many_requests',
      detail: 'Ten a second are enough',
      errors: [{ path: 'site', message: 'again?' }],
      retryAfterSeconds: 3,
      context: { held: 10, key: null },
    });
  });

  it('leaves its cause behind', () => {
    const failure = new Failure('internal', { cause: new Error('password=hunter2') });
    expect(JSON.stringify(toWireFailure(failure))).not.toContain('hunter2');
  });

  it.each([undefined, null, 'Connection closed', { message: 'x' }, { code: 7 }])(
    'is internal when it cannot be read: %j',
    (value) => {
      expect(fromWireFailure(value).code).toBe('internal');
    },
  );

  it('with a code of a newer version is internal, and keeps its detail', () => {
    expect(fromWireFailure({ code: 'not_invented_yet', detail: 'later' })).toMatchObject({ code: 'internal', detail: 'later' });
  });
});

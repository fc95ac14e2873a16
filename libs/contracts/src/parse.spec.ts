import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';

import { Failure } from './failure.ts';
import { parseOrFail } from './parse.ts';
import { toProblem } from './problem.ts';
import { NewTicket } from './tickets.ts';

function failureOf(value: unknown): Failure {
  try {
    parseOrFail(NewTicket, value);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseOrFail', () => {
  it('names each field at fault, unknown ones too', () => {
    const failure = failureOf({ site: 'nike', expiresIn: 1, recepient: 'a@b.example', labels: { run: 7 } });
    expect(failure.code).toBe('invalid_request');
    expect(failure.errors?.map(({ path }) => path).sort()).toEqual(['expiresIn', 'labels.run', 'recepient']);
  });

  it('gives the value with its defaults', () => {
    expect(parseOrFail(NewTicket, { site: ' Nike ' })).toEqual({ site: 'nike', expiresIn: 300, kind: 'any', labels: {} });
  });

  it('is told as a problem with the path of the request', () => {
    expect(toProblem(failureOf({}), '/v1/tickets')).toMatchObject({
      type: '/docs#invalid_request',
      status: 422,
      code: 'invalid_request',
      instance: '/v1/tickets',
      errors: [{ path: 'site' }],
    });
  });

  it('names a field within a list by its place', () => {
    expect(() => parseOrFail(z.object({ a: z.array(z.int()) }), { a: [1, 'x'] })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ path: 'a.1' })] }),
    );
  });
});

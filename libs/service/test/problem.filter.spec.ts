import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Failure } from '@otterpost/contracts/failure';
import { NewTicket } from '@otterpost/contracts/tickets';

import { createLogger } from '../src/logger.ts';
import { ProblemFilter } from '../src/problem.filter.ts';
import { createValidationPipe } from '../src/validation.ts';

const SECRET = 'the password is otter';

@Controller()
class Desk {
  @Post('tickets')
  open(@Body({ schema: NewTicket }) ticket: NewTicket): NewTicket {
    return ticket;
  }

  @Get('busy')
  busy(): never {
    throw new Failure('too_many_requests', { detail: 'Wait a little', retryAfterSeconds: 7 });
  }

  @Get('broken')
  broken(): never {
    throw new Error(SECRET);
  }
}

@Module({ controllers: [Desk] })
class DeskModule {}

let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(DeskModule, new FastifyAdapter({ bodyLimit: 1000 }), { logger: false });
  app.useGlobalFilters(new ProblemFilter(createLogger({ name: 'problem-spec', level: 'silent' })));
  app.useGlobalPipes(createValidationPipe());
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

async function post(body: string, type = 'application/json'): Promise<{ status: number; type: string | null; problem: unknown }> {
  const response = await fetch(`${url}/tickets`, { method: 'POST', body, headers: { 'content-type': type } });
  return { status: response.status, type: response.headers.get('content-type'), problem: await response.json() };
}

describe('a refused request', () => {
  it('names each field at fault', async () => {
    expect(await post('{"site": "nike", "recepient": "a@b.example", "expiresIn": "soon"}')).toMatchObject({
      status: 422,
      type: expect.stringContaining('application/problem+json'),
      problem: { code: 'invalid_request', instance: '/tickets', errors: [{ path: 'expiresIn' }, { path: 'recepient' }] },
    });
  });

  it.each([
    ['a body that is not JSON', '{"site": ', 'application/json', 400, 'invalid_json'],
    ['an empty body', '', 'application/json', 400, 'invalid_json'],
    ['a body over the limit', `{"site": "${'x'.repeat(2000)}"}`, 'application/json', 413, 'payload_too_large'],
    ['a body of another kind', '<site/>', 'application/xml', 415, 'unsupported_media_type'],
  ])('is told for %s', async (_what, body, type, status, code) => {
    expect(await post(body, type)).toMatchObject({ status, problem: { status, code } });
  });

  it('is told for an address that is not there', async () => {
    const response = await fetch(`${url}/nothing-here`);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found', instance: '/nothing-here' }]);
  });

  it('says when to come again', async () => {
    const response = await fetch(`${url}/busy`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('never says what went wrong inside', async () => {
    const response = await fetch(`${url}/broken`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('Tell the operator this id');
    expect(text).not.toContain('otter');
  });
});

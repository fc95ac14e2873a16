import 'reflect-metadata';

import { createRequire } from 'node:module';
import {
  Client,
  credentials,
  Metadata as GrpcMetadata,
  loadPackageDefinition,
  type Metadata,
  status as Status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Failure } from '@otterpost/contracts/failure';
import { eventually } from '@otterpost/testkit/eventually';
import { NEVER, of } from 'rxjs';

import { type GrpcCaller, OnGrpcCall } from '../src/edge/grpc-call.ts';
import { GrpcServer } from '../src/edge/grpc-server.ts';

const TICKET = { id: 'tkt_1', site: 'nike', status: 'open', opened_at: 'a', expires_at: 'b', labels: {} };
const callers: GrpcCaller[] = [];

@Controller()
class Desk {
  @OnGrpcCall('OpenTicket')
  async open(request: Record<string, unknown>, caller: GrpcCaller): Promise<object> {
    callers.push(caller);
    if (request.site === 'wrong') {
      throw new Failure('invalid_request', { detail: 'site: is wrong', errors: [{ path: 'site', message: 'is wrong' }] });
    }
    if (request.site === 'busy') throw new Failure('too_many_requests', { retryAfterSeconds: 2.5, cause: new Error('hunter2') });
    if (request.site === 'broken') throw new Error('hunter2');
    return { ...TICKET, labels: { asked: JSON.stringify(request) } };
  }

  @OnGrpcCall('GetTicket')
  get(_request: Record<string, unknown>, caller: GrpcCaller): Promise<object> {
    callers.push(caller);
    return new Promise(() => undefined);
  }

  @OnGrpcCall('WatchTicket')
  async watch(request: Record<string, unknown>): Promise<unknown> {
    if (request.id === 'none') throw new Failure('not_found');
    return request.id === 'endless' ? NEVER : of(TICKET, { ...TICKET, status: 'fulfilled', code: '1' });
  }
}

class DeskModule {}
Module({ controllers: [Desk] })(DeskModule);

const require = createRequire(import.meta.url);
const load = (path: string) => loadPackageDefinition(loadSync(path, { keepCase: true, defaults: false })) as never;

interface Answer {
  reply?: Record<string, unknown>;
  error?: { code: Status; details: string; metadata: Metadata };
}

let door: GrpcServer;
let stub: Client & Record<string, (...args: unknown[]) => never>;
let address: string;
let close: () => Promise<void>;

beforeAll(async () => {
  door = new GrpcServer({ host: '127.0.0.1', port: 0 });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(DeskModule, { strategy: door, logger: false });
  await app.listen();
  address = `127.0.0.1:${door.port}`;
  const { otterpost } = load(require.resolve('@otterpost/contracts/proto/otterpost/v1/tickets.proto')) as {
    otterpost: { v1: { TicketService: new (address: string, with_: unknown) => typeof stub } };
  };
  stub = new otterpost.v1.TicketService(address, credentials.createInsecure());
  close = () => app.close();
});
afterAll(async () => {
  stub.close();
  await close();
});

function call(method: string, request: object, metadata: Record<string, string> = {}, options: object = {}): Promise<Answer> {
  const carried = new GrpcMetadata();
  for (const [name, value] of Object.entries(metadata)) carried.set(name, value);
  return new Promise((resolve) => {
    stub[method]?.(request, carried, options, (error: Answer['error'] | null, reply: Answer['reply']) =>
      resolve(error ? { error } : { reply: reply ?? {} }),
    );
  });
}

describe('a gRPC call', () => {
  it('reaches its method as the HTTP API would have it, and is answered', async () => {
    const { reply } = await call('OpenTicket', { site: 'nike', expires_in: 60, wait_seconds: 3, labels: { a_b: 'c' } });
    const { asked = '' } = (reply?.labels ?? {}) as { asked?: string };
    expect(JSON.parse(asked)).toEqual({
      site: 'nike',
      expiresIn: 60,
      waitSeconds: 3,
      labels: { a_b: 'c' },
    });
  });

  it('carries who calls and under which key', async () => {
    await call('OpenTicket', { site: 'nike' }, { authorization: 'Bearer ott_x', 'idempotency-key': 'k1' });
    expect(callers.at(-1)).toMatchObject({ authorization: 'Bearer ott_x', idempotencyKey: 'k1' });
  });

  it('that fails says its code, its sentence and the fields at fault', async () => {
    const { error } = await call('OpenTicket', { site: 'wrong' });
    expect([error?.code, error?.details, error?.metadata.get('otterpost-code')]).toEqual([
      Status.INVALID_ARGUMENT,
      'site: is wrong',
      ['invalid_request'],
    ]);
    const [bytes] = error?.metadata.get('grpc-status-details-bin') ?? [];
    const text = Buffer.from(bytes as Buffer).toString('latin1');
    for (const part of ['google.rpc.ErrorInfo', 'invalid_request', 'otterpost', 'google.rpc.BadRequest', 'site', 'is wrong']) {
      expect(text).toContain(part);
    }
  });

  it('that is to be repeated says when', async () => {
    const { error } = await call('OpenTicket', { site: 'busy' });
    expect(error?.code).toBe(Status.RESOURCE_EXHAUSTED);
    expect(Buffer.from(error?.metadata.get('grpc-status-details-bin')[0] as Buffer).toString('latin1')).toContain(
      'google.rpc.RetryInfo',
    );
  });

  it('tells nothing of an error that was not meant for the caller', async () => {
    const { error } = await call('OpenTicket', { site: 'broken' });
    expect([error?.code, error?.details]).toEqual([Status.INTERNAL, 'Something went wrong on our side']);
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('whose deadline is over tells its method so', async () => {
    const { error } = await call('GetTicket', { id: 'tkt_1' }, {}, { deadline: Date.now() + 100 });
    expect(error?.code).toBe(Status.DEADLINE_EXCEEDED);
    await eventually(() => callers.at(-1)?.signal.aborted || undefined);
  });

  it('may be a stream that ends by itself, or fails', async () => {
    const read = (id: string): Promise<unknown[]> =>
      new Promise((resolve) => {
        const states: unknown[] = [];
        const stream = stub.WatchTicket?.({ id }) as unknown as NodeJS.EventEmitter;
        stream.on('data', ({ status }: { status: string }) => states.push(status));
        stream.on('error', ({ code }: { code: Status }) => states.push(code));
        stream.on('status', () => resolve(states));
      });
    expect(await read('tkt_1')).toEqual(['open', 'fulfilled']);
    expect(await read('none')).toEqual([Status.NOT_FOUND]);
  });
});

describe('the gRPC server', () => {
  it('describes itself', async () => {
    const { grpc } = load(require.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto')) as {
      grpc: { reflection: { v1: { ServerReflection: new (address: string, with_: unknown) => typeof stub } } };
    };
    const reflection = new grpc.reflection.v1.ServerReflection(address, credentials.createInsecure());
    const stream = reflection.ServerReflectionInfo?.() as unknown as NodeJS.ReadWriteStream & { write(message: object): void };
    const named = new Promise<string[]>((resolve) => {
      stream.on('data', ({ list_services_response: { service } }) => resolve(service.map(({ name }: { name: string }) => name)));
    });
    stream.write({ list_services: '*' });
    expect(await named).toContain('otterpost.v1.TicketService');
    stream.end();
    reflection.close();
  });

  it('says that it is healthy', async () => {
    const { protoPath } = (await import('grpc-health-check')).default;
    const { grpc } = load(protoPath) as {
      grpc: { health: { v1: { Health: new (address: string, with_: unknown) => typeof stub } } };
    };
    const health = new grpc.health.v1.Health(address, credentials.createInsecure());
    const answer = await new Promise((resolve) => {
      health.Check?.({ service: 'otterpost.v1.TicketService' }, (_error: unknown, reply: unknown) => resolve(reply));
    });
    expect(answer).toEqual({ status: 1 });
    health.close();
  });
});

import type { INestMicroservice, LoggerService, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy, MicroserviceOptions } from '@nestjs/microservices';
import { Failure } from '@otterpost/contracts/failure';
import { defineEvent } from '@otterpost/contracts/message';
import { eventually as whenGiven } from '@otterpost/testkit/eventually';
import * as z from 'zod';

import { type Bus, type BusLogger, connectBus } from '../src/connection.ts';
import type { PayloadSealer } from '../src/sealer.ts';

/** Rides on a stream of the suite. */
export const parcelSent = defineEvent('mail.read', 'MAIL_READ', z.object({ number: z.int(), filling: z.string().default('') }));

export const silent: BusLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** Not a cipher: turns every bit over and binds to the subject, enough to see that payloads pass through a sealer. */
export const flipSealer: PayloadSealer = {
  seal: (payload, subject) => Buffer.concat([Buffer.from(`${subject}\n`), payload.map((byte) => byte ^ 0xff)]),
  open(sealed, subject) {
    const prefix = Buffer.from(`${subject}\n`);
    if (!Buffer.from(sealed.subarray(0, prefix.length)).equals(prefix)) throw new Failure('unsealing_failed');
    return sealed.subarray(prefix.length).map((byte) => byte ^ 0xff);
  },
};

export function connect(url: string, name = 'a-test'): Promise<Bus> {
  return connectBus({ servers: url, name, logger: silent });
}

/** A Nest microservice with one controller on the given transport; listening when it resolves. */
export async function listen(
  controller: Type<unknown>,
  strategy: CustomTransportStrategy,
  logger: LoggerService | false = false,
): Promise<INestMicroservice> {
  class TestModule {}
  Module({ controllers: [controller] })(TestModule);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(TestModule, { strategy, logger });
  await app.listen();
  return app;
}

/** Waits for the condition to hold. */
export async function eventually(holds: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  await whenGiven(async () => (await holds()) || undefined, { timeoutMs });
}

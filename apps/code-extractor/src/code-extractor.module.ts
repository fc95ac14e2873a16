import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { mailRead, mailReceived } from '@otterpost/contracts/mail-events';
import { connectBus } from '@otterpost/messaging/connection';
import { JetStreamStrategy } from '@otterpost/messaging/jetstream-strategy';
import { createPublisher } from '@otterpost/messaging/publish';
import { declareStreams } from '@otterpost/messaging/streams';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { toNestLogger } from '@otterpost/service/logger';
import type { ServiceContext } from '@otterpost/service/run-service';
import { getDomain } from 'tldts';

import { readMail } from './adapters/read-mail.ts';
import { warmUp } from './adapters/warm-up.ts';
import { SERVICE, type VARIABLES } from './config.ts';
import { createReadAndPublish, READ_AND_PUBLISH, type ReadAndPublish } from './core/read-and-publish.ts';
import { MailHandler } from './edge/mail.handler.ts';

@Module({})
class CodeExtractorModule {}

function codeExtractorModule(readAndPublish: ReadAndPublish): DynamicModule {
  return {
    module: CodeExtractorModule,
    controllers: [MailHandler],
    providers: [{ provide: READ_AND_PUBLISH, useFactory: () => readAndPublish }],
  };
}

export async function startCodeExtractor({ config, logger, health, lifecycle }: ServiceContext<typeof VARIABLES>): Promise<void> {
  const sealer = payloadSealer(parseKeyRing(config.masterKeys));
  const bus = await connectBus({ servers: config.natsUrl, credsFile: config.natsCreds, name: SERVICE, logger });
  await declareStreams(bus);
  const publisher = createPublisher(bus, sealer);
  const readAndPublish = createReadAndPublish({
    read: readMail,
    toRegistrableDomain: (domain) => getDomain(domain) ?? (domain === '' ? null : domain),
    publish: async (read) => {
      await publisher.publish(mailRead, read, { id: read.mailId });
    },
    now: () => new Date(),
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(codeExtractorModule(readAndPublish), {
    strategy: new JetStreamStrategy({ bus, sealer, service: SERVICE, consumes: [mailReceived] }),
    logger: toNestLogger(logger),
  });
  await warmUp(readMail);
  await app.listen();
  health.addCheck('bus', () => bus.isConnected());
  lifecycle.onStop('answer', 'mails in hand', () => app.close());
  lifecycle.onStop('close', 'bus', () => bus.drain());
}

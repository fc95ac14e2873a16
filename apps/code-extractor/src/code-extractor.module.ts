import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { mailRead, mailReceived } from '@otterpost/contracts/mail-events';
import { reportPatternUse } from '@otterpost/contracts/site-requests';
import { connectBus } from '@otterpost/messaging/connection';
import { JetStreamStrategy } from '@otterpost/messaging/jetstream-strategy';
import { createPublisher } from '@otterpost/messaging/publish';
import { createRequester, requestServer } from '@otterpost/messaging/request-reply';
import type { PayloadSealer } from '@otterpost/messaging/sealer';
import { declareStreams } from '@otterpost/messaging/streams';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { every } from '@otterpost/service/chore';
import { toNestLogger } from '@otterpost/service/logger';
import type { ServiceContext } from '@otterpost/service/run-service';
import { Counter } from 'prom-client';

import { toRegistrableDomain } from './adapters/alignment.ts';
import { PatternTrial } from './adapters/pattern-trial.ts';
import { compileRe2 } from './adapters/re2-pattern.ts';
import { readMail } from './adapters/read-mail.ts';
import { ReadingThreads } from './adapters/reading-threads.ts';
import { followSites } from './adapters/site-watch.ts';
import { SERVICE, type VARIABLES } from './config.ts';
import { PatternTally } from './core/pattern-tally.ts';
import { createReadAndPublish, READ_AND_PUBLISH, type ReadAndPublish } from './core/read-and-publish.ts';
import { createTryMail, TRY_MAIL, type TryMail } from './core/try-mail.ts';
import { createTrySite, TRY_SITE, type TrySite } from './core/try-site.ts';
import type { UnderstandMail } from './core/understand-mail.ts';
import { ExtractionsHandler, SEALER } from './edge/extractions.handler.ts';
import { MailHandler } from './edge/mail.handler.ts';
import { SitesHandler } from './edge/sites.handler.ts';

/** How old the counts of patterns may be that a site shows. */
const TELL_USE_EVERY_MS = 2000;
const TELL_DEADLINE_MS = 1000;

@Module({})
class MailsModule {}

/** What comes by streams. */
function mailsModule(readAndPublish: ReadAndPublish): DynamicModule {
  return {
    module: MailsModule,
    controllers: [MailHandler],
    providers: [{ provide: READ_AND_PUBLISH, useFactory: () => readAndPublish }],
  };
}

@Module({})
class RequestsModule {}

/** What other services ask. */
function requestsModule(trySite: TrySite, tryMail: TryMail, sealer: PayloadSealer): DynamicModule {
  return {
    module: RequestsModule,
    controllers: [SitesHandler, ExtractionsHandler],
    providers: [
      { provide: TRY_SITE, useFactory: () => trySite },
      { provide: TRY_MAIL, useFactory: () => tryMail },
      { provide: SEALER, useFactory: () => sealer },
    ],
  };
}

export async function startCodeExtractor({ config, logger, health, lifecycle }: ServiceContext<typeof VARIABLES>): Promise<void> {
  const sealer = payloadSealer(parseKeyRing(config.masterKeys));
  const bus = await connectBus({ servers: config.natsUrl, credsFile: config.natsCreds, name: SERVICE, logger });
  await declareStreams(bus);
  const publisher = createPublisher(bus, sealer);
  const requester = createRequester(bus);
  const outcomes = new Counter({
    name: 'otterpost_extractor_site_mails_total',
    help: 'Mails of sites with patterns of their own, by what those found (matched, fellBack, nothing, otherSubject)',
    labelNames: ['site', 'outcome'] as const,
    registers: [health.metrics],
  });
  const tally = new PatternTally((site, outcome) => outcomes.inc({ site, outcome }));
  const trial = new PatternTrial();
  const deaths = new Counter({
    name: 'otterpost_extractor_thread_deaths_total',
    help: 'Reading threads that a mail ended, by its time or by its memory',
    registers: [health.metrics],
  });
  const { verifySignatures, dnsServers, arcSealers } = config;
  const threads = await ReadingThreads.start({ verifySignatures, dnsServers, arcSealers }, () => {
    deaths.inc();
    logger.warn('a reading thread was ended for a mail that it could not end');
  });
  const understand: UnderstandMail = (mail, mailbox) => threads.understand(mail, mailbox);
  const readAndPublish = createReadAndPublish({
    understand,
    tally,
    publish: async (read) => {
      await publisher.publish(mailRead, read, { id: read.mailId });
    },
    now: () => new Date(),
  });
  const trySite = createTrySite({
    read: readMail,
    compile: compileRe2,
    vet: (pattern, group) => trial.run({ pattern, group }),
    toRegistrableDomain,
  });
  const mails = await NestFactory.createMicroservice<MicroserviceOptions>(mailsModule(readAndPublish), {
    strategy: new JetStreamStrategy({ bus, sealer, service: SERVICE, consumes: [mailReceived] }),
    logger: toNestLogger(logger),
  });
  const requests = await NestFactory.createMicroservice<MicroserviceOptions>(
    requestsModule(trySite, createTryMail(understand), sealer),
    {
      strategy: requestServer({ bus, service: SERVICE }),
      logger: toNestLogger(logger),
    },
  );
  const following = await followSites(bus, threads);
  await requests.listen();
  await mails.listen();
  const tell = (): Promise<void> =>
    tally.tell((uses) => requester.ask(reportPatternUse, { uses }, { timeoutMs: TELL_DEADLINE_MS }));
  const telling = every(TELL_USE_EVERY_MS, 'what patterns found was not told', logger, tell);
  health.addCheck('bus', () => bus.isConnected());
  lifecycle.onStop('answer', 'mails in hand', async () => {
    await Promise.all([mails.close(), requests.close()]);
    clearInterval(telling);
    following.stop();
    await Promise.all([trial.stop(), threads.stop()]);
  });
  lifecycle.onStop('close', 'bus', async () => {
    await tell().catch((error: unknown) => logger.warn({ err: error }, 'what patterns found was not told'));
    await bus.drain();
  });
}

import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { getAssignment } from '@otterpost/contracts/mailbox-requests';
import { connectBus } from '@otterpost/messaging/connection';
import { createPublisher } from '@otterpost/messaging/publish';
import { createRequester, requestServer } from '@otterpost/messaging/request-reply';
import { declareStreams } from '@otterpost/messaging/streams';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { createHostGuard } from '@otterpost/service/host-guard';
import { toNestLogger } from '@otterpost/service/logger';
import type { ServiceContext } from '@otterpost/service/run-service';
import { Gauge } from 'prom-client';

import { createLogIn } from './adapters/imap-login.ts';
import { createFolderOpener } from './adapters/imapflow-session.ts';
import { LeaseLoop } from './adapters/lease-loop.ts';
import { createSecretsOf } from './adapters/mailbox-secrets.ts';
import { pause } from './adapters/pause.ts';
import { createRemoteLedger } from './adapters/remote-ledger.ts';
import { SERVICE, type VARIABLES } from './config.ts';
import { checkMailbox } from './core/check-mailbox.ts';
import { LoginGate } from './core/login-gate.ts';
import { lookAfterMs } from './core/vigilance.ts';
import { CHECK, type Check, CheckHandler } from './edge/check.handler.ts';

/** To let go of what nobody took over, and say so. */
const GOODBYE_MS = 1800;

export async function startImapIngestor({ config, logger, health, lifecycle }: ServiceContext<typeof VARIABLES>): Promise<void> {
  const ring = parseKeyRing(config.masterKeys);
  const bus = await connectBus({ servers: config.natsUrl, credsFile: config.natsCreds, name: SERVICE, logger });
  await declareStreams(bus);
  const requester = createRequester(bus);
  const gate = new LoginGate({
    perSecond: config.loginsPerSecond,
    atOnce: config.loginsAtOnce,
    now: () => performance.now(),
    pause,
  });
  const logIn = createLogIn({
    hosts: createHostGuard({ allowPrivateHosts: config.allowPrivateHosts }),
    ...createSecretsOf(ring, requester),
    inTurn: gate.inTurn.bind(gate),
  });
  const open = createFolderOpener({ logIn });
  const stopping = new AbortController();
  const check: Check = async ({ id }) =>
    checkMailbox(await requester.ask(getAssignment, { id }), {
      open,
      elapsedMs: () => performance.now(),
      signal: stopping.signal,
    });
  const leases = new LeaseLoop({
    bus,
    requester,
    logger,
    handOverMs: config.handOverSeconds * 1000,
    world: {
      ledger: createRemoteLedger(requester, createPublisher(bus, payloadSealer(ring))),
      open,
      now: () => new Date(),
      pause,
      idleMs: (watch) => lookAfterMs(watch),
    },
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(imapIngestorModule(leases, check), {
    strategy: requestServer({ bus, service: SERVICE }),
    logger: toNestLogger(logger),
  });
  await app.listen();
  health.addCheck('bus', () => bus.isConnected());
  health.addCheck('leases', () => leases.isAlive);
  new Gauge({
    name: 'otterpost_ingestor_mailboxes',
    help: 'Mailboxes that this ingestor holds',
    registers: [health.metrics],
    collect() {
      this.set(leases.mailboxes);
    },
  });
  new Gauge({
    name: 'otterpost_ingestor_mailboxes_short_of_bytes',
    help: 'Mailboxes that have used up more than 80 % (tight) or nearly all (spent) of what their provider lets them fetch in a day',
    labelNames: ['level'],
    registers: [health.metrics],
    collect() {
      for (const level of ['tight', 'spent'] as const) this.set({ level }, leases.countAt(level));
    },
  });
  lifecycle.onStop('answer', 'checks', async () => stopping.abort());
  lifecycle.onStop('handOver', 'leases', () => leases.stop(), config.handOverSeconds * 1000 + GOODBYE_MS);
  lifecycle.onStop('close', 'bus', async () => {
    await app.close();
    await bus.drain();
  });
}

const LEASES = Symbol('LeaseLoop');

/** Starts to hold leases when all parts stand. */
@Injectable()
class Watch implements OnApplicationBootstrap {
  constructor(@Inject(LEASES) private readonly leases: LeaseLoop) {}

  onApplicationBootstrap(): void {
    this.leases.start();
  }
}

@Module({})
class ImapIngestorModule {}

function imapIngestorModule(leases: LeaseLoop, check: Check): DynamicModule {
  return {
    module: ImapIngestorModule,
    controllers: [CheckHandler],
    providers: [{ provide: LEASES, useFactory: () => leases }, { provide: CHECK, useFactory: () => check }, Watch],
  };
}

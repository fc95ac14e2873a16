import { randomBytes } from 'node:crypto';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { newId } from '@otterpost/contracts/ids';
import { mailRead, toMailId } from '@otterpost/contracts/mail-events';
import { prepareTicket, settleMails } from '@otterpost/contracts/ticket-requests';
import { type Bus, connectBus } from '@otterpost/messaging/connection';
import { OnRequest } from '@otterpost/messaging/on-request';
import { createPublisher, type EventPublisher } from '@otterpost/messaging/publish';
import { requestServer } from '@otterpost/messaging/request-reply';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { Health } from '@otterpost/service/health';
import { Lifecycle } from '@otterpost/service/lifecycle';
import { createLogger } from '@otterpost/service/logger';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { keepEvidence } from '@otterpost/testkit/evidence';
import { findFreePort } from '@otterpost/testkit/free-port';
import { startNats } from '@otterpost/testkit/nats';
import { startPostgres } from '@otterpost/testkit/postgres';

import { startGateway } from '../src/gateway.module.ts';
import type { Door } from './doors/door.ts';
import { grpcDoor } from './doors/grpc-door.ts';
import { httpDoor } from './doors/http-door.ts';
import { natsDoor } from './doors/nats-door.ts';

/** The mails noted so far: what the real accounts-service counts in its ledger. */
let position = 0;

/** Stands in for accounts-service, of which the gateway asks two things. */
@Controller()
class Ledger {
  @OnRequest(prepareTicket)
  prepare({ site }: { site: string }) {
    return { site, position, mailboxes: [] };
  }

  @OnRequest(settleMails)
  settle({ mails }: { mails: readonly unknown[] }) {
    return { settled: mails.length };
  }
}
class LedgerModule {}
Module({ controllers: [Ledger] })(LedgerModule);

export interface Delivery {
  readonly site: string;
  readonly recipient: string;
  readonly code: string;
}

/** A gateway on real PostgreSQL and NATS, with every door open. */
export interface RunningGateway {
  readonly key: string;
  readonly url: string;
  readonly bus: Bus;
  readonly publisher: EventPublisher;
  readonly databaseUrl: string;
  door(name: string): Door;
  /** A mail with this code was read, and the bus has it. */
  deliver(delivery: Delivery): Promise<void>;
  /** Its ticket is there: whoever is held at the opening is held now. */
  whenOpen(recipient: string): Promise<void>;
  /** So many tickets are waited for. */
  whenHeld(count: number): Promise<void>;
  /** Stops the gateway alone, as SIGTERM does; its servers and whoever asks stay. */
  stopGateway(): Promise<void>;
  startGateway(): Promise<void>;
  stop(): Promise<void>;
}

const SERVICES = 'gateway-test';

interface Limits {
  readonly requestsPerSecond?: number;
  readonly heldPerKey?: number;
}

export async function runGateway(limits: Limits = {}): Promise<RunningGateway> {
  const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  const masterKeys = `k1:${randomBytes(32).toString('base64')}`;
  const key = secret('the-key-of-the-administrator');
  const logger = createLogger({ name: SERVICES, level: 'trace' }, keepEvidence('logs', SERVICES));
  const bus = await connectBus({ servers: nats.url, name: SERVICES, logger });
  const ledger: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(LedgerModule, {
    strategy: requestServer({ bus, service: 'accounts-service' }),
    logger: false,
  });
  await ledger.listen();
  const [httpPort, grpcPort] = [await findFreePort(), await findFreePort()];
  const config = {
    databaseUrl: await postgres.createDatabase(),
    natsUrl: nats.url,
    natsCreds: undefined,
    masterKeys,
    httpHost: '127.0.0.1',
    httpPort,
    grpcPort,
    adminKey: key,
    logLevel: 'trace',
    metricsHost: '127.0.0.1',
    metricsPort: 0,
    requestsPerSecond: 2000,
    heldPerKey: 15_000,
    heldTotal: 20_000,
    codeRetentionMinutes: 60,
    ...limits,
  } as const;
  let lifecycle = new Lifecycle(logger);
  let health = new Health();
  const start = async (): Promise<void> => {
    lifecycle = new Lifecycle(logger);
    health = new Health();
    await startGateway({ config, logger, health, lifecycle });
  };
  await start();
  const url = `http://127.0.0.1:${httpPort}`;
  const doors = [httpDoor(url), grpcDoor(`127.0.0.1:${grpcPort}`), await natsDoor({ servers: `127.0.0.1:${nats.port}` })];
  const publisher = createPublisher(bus, payloadSealer(parseKeyRing(masterKeys)));
  const door = (name: string): Door => {
    const found = doors.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no door ${name}`);
    return found;
  };
  return {
    key,
    url,
    bus,
    publisher,
    databaseUrl: config.databaseUrl,
    door,
    deliver: (delivery) => deliver(publisher, delivery),
    async whenOpen(recipient) {
      await eventually(async () => {
        const response = await fetch(`${url}/v1/tickets?status=open&limit=500`, { headers: { authorization: `Bearer ${key}` } });
        const { items } = (await response.json()) as { items: { recipient: string | null }[] };
        return items.some((ticket) => ticket.recipient === recipient) || undefined;
      });
    },
    async whenHeld(count) {
      const held = health.metrics.getSingleMetric('otterpost_gateway_held_tickets');
      await eventually(async () => ((await held?.get())?.values[0]?.value === count ? true : undefined));
    },
    startGateway: start,
    stopGateway: () => lifecycle.stop('a test stops it'),
    async stop() {
      for (const one of doors) await one.close();
      keepEvidence('metrics', SERVICES).write(await health.metrics.metrics());
      await lifecycle.stop('the tests have ended');
      await ledger.close();
      await bus.drain();
      await Promise.all([nats.stop(), postgres.stop()]);
    },
  };
}

async function deliver(publisher: EventPublisher, { site, recipient, code }: Delivery): Promise<void> {
  position++;
  const now = new Date().toISOString();
  const place = { mailboxId: newId('mailbox'), folder: 'INBOX', uidValidity: 1, uid: position };
  const mailId = toMailId(place);
  const hops = { mailDate: null, serverReceivedAt: null, noticedAt: now, fetchedAt: now, publishedAt: now, extractedAt: now };
  const found = { kind: 'code', code, link: null, reason: null, confidence: 0.99, expiresIn: null } as const;
  const sender = {
    forwarded: 'none',
    authenticity: 'pass',
    refused: false,
    from: 'no-reply@nike.com',
    subject: 'Your code',
  } as const;
  await publisher.publish(
    mailRead,
    { ...place, ...found, ...sender, mailId, position, serverClockOffsetMs: 0, hops, site, recipient },
    { id: mailId },
  );
}

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { auditRecorded } from '@otterpost/contracts/audit';
import type { KeyId, TicketId } from '@otterpost/contracts/ids';
import { mailRead } from '@otterpost/contracts/mail-events';
import { AWAITED_FOR_MS, MAIL_AWAITED, type MailAwaited, prepareTicket, settleMails } from '@otterpost/contracts/ticket-requests';
import { ticketEventsSubject } from '@otterpost/contracts/worker-bus';
import { type Bus, connectBus } from '@otterpost/messaging/connection';
import { JetStreamStrategy } from '@otterpost/messaging/jetstream-strategy';
import { plainRequestServer } from '@otterpost/messaging/plain-requests';
import { createRequester, type Requester } from '@otterpost/messaging/request-reply';
import { declareStreams } from '@otterpost/messaging/streams';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { type KeyRing, parseKeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open, payloadSealer, seal } from '@otterpost/sealing/seal';
import { every } from '@otterpost/service/chore';
import { type Logger, toNestLogger } from '@otterpost/service/logger';
import { ProblemFilter, sendProblem } from '@otterpost/service/problem-filter';
import type { ServiceContext } from '@otterpost/service/run-service';
import { createValidationPipe } from '@otterpost/service/validation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gauge } from 'prom-client';

import { createAuditBook } from './adapters/audit-book.ts';
import { sealAudit } from './adapters/audit-chain.ts';
import { BlankCodes1764250000000 } from './adapters/blank-codes.migration.ts';
import { blankCodes } from './adapters/blank-codes.ts';
import { createBusFeed } from './adapters/bus-feed.ts';
import { createBusMailboxFeed } from './adapters/bus-mailbox-feed.ts';
import { ChainAudit1764270000000 } from './adapters/chain-audit.migration.ts';
import { createCodeShelf } from './adapters/code-shelf.ts';
import { createDeadLetters } from './adapters/dead-letters.ts';
import { KeyRegistry } from './adapters/key-registry.ts';
import { MakeKeys1764240000000 } from './adapters/make-keys.migration.ts';
import { MakeTickets1764000000000 } from './adapters/make-tickets.migration.ts';
import { NameRequests1764260000000 } from './adapters/name-requests.migration.ts';
import { createNamedRequests, forgetNames } from './adapters/named-requests.ts';
import { readPepper } from './adapters/pepper.ts';
import { ApiKeyRow, AuditRow, TicketRow } from './adapters/rows.ts';
import { createSettlement } from './adapters/settlement.ts';
import { createTicketStore } from './adapters/ticket-store.ts';
import { warmUp } from './adapters/warm-up.ts';
import { SERVICE, type VARIABLES } from './config.ts';
import { ACCOUNT_DESK, AccountDesk } from './core/account-desk.ts';
import { AUDIT, type AuditBook } from './core/audit.ts';
import { DOORKEEPER } from './core/caller.ts';
import { CODE_SHELF, type CodeShelf } from './core/code-shelf.ts';
import { DEAD_LETTERS, type DeadLetters } from './core/dead-letters.ts';
import { HEALTH, type HealthReport } from './core/health-report.ts';
import { type Digest, IMPORT_DESK, ImportDesk } from './core/import-desk.ts';
import { KEY_REVOKED, KEYS } from './core/keys.ts';
import { LIVE_FEED, type LiveFeed } from './core/live-feed.ts';
import { MAIL_TRIAL, MailTrial } from './core/mail-trial.ts';
import { MAILBOX_FEED, type MailboxFeed } from './core/mailbox-feed.ts';
import { ONCE_ONLY, OnceOnly } from './core/once-only.ts';
import { SETTLEMENT } from './core/settlement.ts';
import { type OpenColumn, SEAL_FOR, type SealFor, SUITE, type Suite } from './core/suite.ts';
import { TICKET_DESK, TicketDesk } from './core/ticket-desk.ts';
import type { StoredTicket } from './core/ticket-store.ts';
import { WaitingRoom } from './core/waiting-room.ts';
import { AccountGroupsController } from './edge/account-groups.controller.ts';
import { AccountsController } from './edge/accounts.controller.ts';
import { AuditController } from './edge/audit.controller.ts';
import { BusTicketsHandler } from './edge/bus-tickets.handler.ts';
import { CallerGuard } from './edge/caller.guard.ts';
import { CodesController } from './edge/codes.controller.ts';
import { CodesFeedController } from './edge/codes-feed.controller.ts';
import { DeadLettersController } from './edge/dead-letters.controller.ts';
import { ExportsController } from './edge/exports.controller.ts';
import { ExtractionsController, takeRawMails } from './edge/extractions.controller.ts';
import { streamBodiesOf } from './edge/file-stream.ts';
import { GrpcAccountsHandler } from './edge/grpc-accounts.handler.ts';
import { GrpcServer } from './edge/grpc-server.ts';
import { GrpcTicketsHandler } from './edge/grpc-tickets.handler.ts';
import { HealthController } from './edge/health.controller.ts';
import { ImportsController } from './edge/imports.controller.ts';
import { KeysController } from './edge/keys.controller.ts';
import { LeasesController } from './edge/leases.controller.ts';
import { MailHandler } from './edge/mail.handler.ts';
import { MailProvidersController } from './edge/mail-providers.controller.ts';
import { MailboxEventsController } from './edge/mailbox-events.controller.ts';
import { MailboxesController } from './edge/mailboxes.controller.ts';
import { describeApi } from './edge/openapi/describe-api.ts';
import { API_DOCS, type ApiDocs, DocsController } from './edge/openapi/docs.controller.ts';
import { docsPage } from './edge/openapi/docs-page.ts';
import { readRoutes } from './edge/openapi/read-routes.ts';
import { refuseOtherMethods } from './edge/other-methods.ts';
import { protect } from './edge/protection.ts';
import { SessionsController } from './edge/sessions.controller.ts';
import { SitesController } from './edge/sites.controller.ts';
import { TicketEventsController } from './edge/ticket-events.controller.ts';
import { TicketsController } from './edge/tickets.controller.ts';

export const SCHEMA = 'tickets';
/** Mails of one site that are in hand together are taken by one commit. */
const TAKEN_AT_ONCE = 64;
/** Of the contract; its paths begin with /v1. */
const API_VERSION = '1.0.0';
export const ENTITIES = [TicketRow, ApiKeyRow, AuditRow];
export const MIGRATIONS = [
  MakeTickets1764000000000,
  MakeKeys1764240000000,
  BlankCodes1764250000000,
  NameRequests1764260000000,
  ChainAudit1764270000000,
];

const BODY_LIMIT_BYTES = 1024 * 1024;
/** How soon a change of an import is told. */
const LOOK_AT_IMPORT_MS = 200;
const EXPIRE_EVERY_MS = 250;
/** RULE table, hop 9: a lost announcement costs a waiter at most this long. */
const LOOK_AGAIN_EVERY_MS = 1000;
/** A key that was revoked elsewhere, unheard, is good for this long at most. */
const LOOK_AT_KEYS_EVERY_MS = 500;
const NOTE_USE_EVERY_MS = 5000;
const BLANK_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 600_000;
const SEAL_AUDIT_EVERY_MS = 5000;

interface Parts {
  readonly desk: TicketDesk;
  readonly suite: Suite;
  readonly sealFor: SealFor;
  readonly accounts: AccountDesk;
  readonly imports: ImportDesk;
  readonly trial: MailTrial;
  readonly keys: KeyRegistry;
  readonly once: OnceOnly;
  readonly audit: AuditBook;
  readonly deadLetters: DeadLetters;
  readonly health: HealthReport;
  readonly feed: LiveFeed;
  readonly shelf: CodeShelf;
  readonly mailboxFeed: MailboxFeed;
}

/** The HTTP API: what these serve is what OpenAPI describes. */
export const HTTP_CONTROLLERS = [
  TicketsController,
  TicketEventsController,
  CodesController,
  CodesFeedController,
  MailboxEventsController,
  MailboxesController,
  MailProvidersController,
  SitesController,
  ExportsController,
  ImportsController,
  ExtractionsController,
  AccountGroupsController,
  AccountsController,
  SessionsController,
  LeasesController,
  KeysController,
  AuditController,
  DeadLettersController,
  HealthController,
  DocsController,
];

@Module({})
class GatewayModule {}

function gatewayModule({
  desk,
  suite,
  sealFor,
  accounts,
  imports,
  trial,
  keys,
  once,
  audit,
  deadLetters,
  health,
  feed,
  shelf,
  mailboxFeed,
}: Parts): DynamicModule {
  return {
    module: GatewayModule,
    controllers: [...HTTP_CONTROLLERS, GrpcAccountsHandler, MailHandler, BusTicketsHandler, GrpcTicketsHandler],
    providers: [
      { provide: TICKET_DESK, useFactory: () => desk },
      { provide: SUITE, useFactory: () => suite },
      { provide: ACCOUNT_DESK, useFactory: () => accounts },
      { provide: IMPORT_DESK, useFactory: () => imports },
      { provide: MAIL_TRIAL, useFactory: () => trial },
      { provide: SEAL_FOR, useFactory: () => sealFor },
      { provide: SETTLEMENT, useFactory: () => createSettlement((mails) => suite.ask(settleMails, { mails })) },
      { provide: DOORKEEPER, useFactory: () => keys },
      { provide: KEYS, useFactory: () => keys },
      { provide: ONCE_ONLY, useFactory: () => once },
      { provide: AUDIT, useFactory: () => audit },
      { provide: DEAD_LETTERS, useFactory: () => deadLetters },
      { provide: HEALTH, useFactory: () => health },
      { provide: API_DOCS, useFactory: createApiDocs },
      { provide: CODE_SHELF, useFactory: () => shelf },
      { provide: LIVE_FEED, useFactory: () => feed },
      { provide: MAILBOX_FEED, useFactory: () => mailboxFeed },
      { provide: APP_GUARD, useClass: CallerGuard },
    ],
  };
}

export async function startGateway({ config, logger, health, lifecycle }: ServiceContext<typeof VARIABLES>): Promise<void> {
  const ring = parseKeyRing(config.masterKeys);
  const sealer = payloadSealer(ring);
  const sealFor: SealFor = (subject, text) => Buffer.from(sealer.seal(Buffer.from(text), subject)).toString('base64');
  const openReply = (subject: string, sealed: string): string =>
    Buffer.from(sealer.open(Buffer.from(sealed, 'base64'), subject)).toString();
  const openColumn: OpenColumn = ({ table, column }, rowId, sealed) =>
    open(ring, Buffer.from(sealed, 'base64'), columnAad(table, rowId, column)).toString();
  const [bus, database] = await Promise.all([
    connectBus({ servers: config.natsUrl, credsFile: config.natsCreds, name: SERVICE, logger }),
    openDatabase({
      url: config.databaseUrl,
      schema: SCHEMA,
      entities: ENTITIES,
      migrations: MIGRATIONS,
      logger,
      poolSize: 20,
      pipelining: true,
    }),
  ]);
  await declareStreams(bus);
  await warmUp(database, ring);
  const requester = createRequester(bus);
  const announceRevoked = (id: KeyId): void => bus.publishJson(KEY_REVOKED, { id });
  const keys = await KeyRegistry.open({ database, ring, adminKey: config.adminKey, announceRevoked });
  const auditKey = await readPepper(database, ring, 'audit');
  bus.subscribe(KEY_REVOKED, (_, revoked) => keys.end((revoked as { id: KeyId }).id));
  const room = new WaitingRoom<StoredTicket>();
  const once = new OnceOnly({ names: createNamedRequests(database), digest: (text) => keys.digestOf(text).toString('base64') });
  const feed = createBusFeed(bus);
  const mailboxFeed = createBusMailboxFeed(bus);
  const desk = createDesk({
    ...{ bus, database, ring, requester, room, logger },
    held: { perKey: config.heldPerKey, total: config.heldTotal },
  });

  const app = await NestFactory.create<NestFastifyApplication>(
    gatewayModule({
      desk,
      suite: requester,
      sealFor,
      accounts: new AccountDesk({ suite: requester, sealFor, openColumn, hash: digestOf }),
      imports: new ImportDesk({
        ...{ suite: requester, once, newDigest },
        sealColumn: ({ table, row, column }, bytes) => seal(ring, bytes, columnAad(table, row, column)).toString('base64'),
        openReply,
        pause: () => sleep(LOOK_AT_IMPORT_MS),
      }),
      trial: new MailTrial({ suite: requester, sealFor, openReply }),
      keys,
      once,
      audit: createAuditBook(database),
      deadLetters: createDeadLetters(bus, database),
      health,
      feed,
      shelf: createCodeShelf(database, ring),
      mailboxFeed,
    }),
    new FastifyAdapter({
      bodyLimit: BODY_LIMIT_BYTES,
      forceCloseConnections: 'idle',
      // We say it ourselves, as a problem.
      return503OnClosing: false,
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendProblem(error, request, reply, logger),
    }),
    // A session is kept to the letter.
    { logger: toNestLogger(logger), rawBody: true },
  );
  streamBodiesOf('/v1/imports', app.getHttpAdapter().getInstance());
  takeRawMails(app.getHttpAdapter().getInstance());
  await protect(app, config);
  refuseOtherMethods(app.getHttpAdapter().getInstance(), readRoutes(HTTP_CONTROLLERS));
  app.useGlobalFilters(new ProblemFilter(logger));
  // A connection that is answered while the server closes would stay open, idle, until its keep-alive ends.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (_request, reply) => {
      if (lifecycle.isStopping) reply.header('connection', 'close');
    });
  app.useGlobalPipes(createValidationPipe());
  app.connectMicroservice({
    strategy: new JetStreamStrategy({
      bus,
      sealer,
      service: SERVICE,
      consumes: [mailRead, auditRecorded],
      concurrency: TAKEN_AT_ONCE,
    }),
  });
  app.connectMicroservice({ strategy: plainRequestServer({ bus, service: SERVICE }) });
  const grpc = new GrpcServer({ host: config.httpHost, port: config.grpcPort });
  app.connectMicroservice({ strategy: grpc });
  await app.startAllMicroservices();
  process.send?.({ kind: 'listening', door: 'grpc', port: grpc.port });
  await app.listen(config.httpPort, config.httpHost);
  const httpPort = Number(new URL(await app.getUrl()).port);
  process.send?.({ kind: 'listening', door: 'http', port: httpPort });
  logger.info({ httpPort, grpcPort: grpc.port }, 'the API listens');

  health.addCheck('bus', () => bus.isConnected());
  health.addCheck('database', () => database.isReachable());
  new Gauge({
    name: 'otterpost_gateway_held_tickets',
    help: 'Tickets that somebody waits for at this gateway',
    registers: [health.metrics],
    collect() {
      this.set(room.ticketIds.length);
    },
  });
  const chores = [
    every(EXPIRE_EVERY_MS, 'tickets were not expired', logger, () => desk.expireDue()),
    every(AWAITED_FOR_MS / 3, 'awaited mails were not announced', logger, () => desk.tellAwaited()),
    every(LOOK_AT_KEYS_EVERY_MS, 'keys in use were not looked at', logger, () => keys.lookAgain()),
    every(NOTE_USE_EVERY_MS, 'the use of keys was not noted', logger, () => keys.noteUse()),
    every(BLANK_EVERY_MS, 'codes were not blanked', logger, () => blankCodes(database, config.codeRetentionMinutes * 60)),
    every(SEAL_AUDIT_EVERY_MS, 'the audit was not sealed', logger, () => sealAudit(database, auditKey)),
    every(FORGET_EVERY_MS, 'names of requests were not forgotten', logger, () => forgetNames(database)),
    every(LOOK_AGAIN_EVERY_MS, 'waiting tickets were not looked at', logger, () => desk.lookAgain()),
  ];
  lifecycle.onStop('answer', 'held requests', () => room.close());
  lifecycle.onStop('answer', 'live feed', () => feed.close());
  lifecycle.onStop('answer', 'mailbox events', () => mailboxFeed.close());
  lifecycle.onStop('handOver', 'HTTP and events', async () => {
    for (const chore of chores) clearInterval(chore);
    await app.close();
  });
  lifecycle.onStop('close', 'bus and database', async () => {
    await bus.drain();
    await database.close();
  });
}

export function describeOwnApi(): ApiDocs['description'] {
  return describeApi(readRoutes(HTTP_CONTROLLERS), API_VERSION);
}

function createApiDocs(): ApiDocs {
  return { description: describeOwnApi(), page: docsPage(readRoutes(HTTP_CONTROLLERS), API_VERSION) };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function newDigest(): Digest {
  const hash = createHash('sha256');
  return { add: (bytes) => void hash.update(bytes), end: () => hash.digest('base64') };
}

interface DeskParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly ring: KeyRing;
  readonly requester: Requester;
  readonly room: WaitingRoom<StoredTicket>;
  readonly logger: Logger;
  readonly held: { readonly perKey: number; readonly total: number };
}

function createDesk({ bus, database, ring, requester, room, logger, held }: DeskParts): TicketDesk {
  // What other gateways announce is only a bell: workers may publish on these subjects too, so the ticket is looked up.
  bus.subscribe(ticketEventsSubject('*' as TicketId), (subject) => room.call(subject.split('.').at(-2) ?? ''));
  return new TicketDesk({
    store: createTicketStore(database, ring),
    room,
    held,
    prepare: ({ site, mailboxIds }) => requester.ask(prepareTicket, { site, mailboxIds: [...mailboxIds] }),
    hash: digestOf,
    // The worker's answer goes out first.
    announce: (event, ticket) => void setImmediate(() => bus.publishJson(ticketEventsSubject(ticket.id), { event, ticket })),
    awaitMail: (mailboxIds) =>
      bus.publishJson(MAIL_AWAITED, {
        mailboxIds: mailboxIds.filter((id) => id !== null) as MailAwaited['mailboxIds'],
        anywhere: mailboxIds.includes(null),
      } satisfies MailAwaited),
    now: () => new Date(),
    onError: (error, what) => logger.warn({ err: error }, what),
  });
}

import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { livingIngestor, MAILBOXES_CHANGED, type MailboxesChanged } from '@otterpost/contracts/mailbox-requests';
import { trySite } from '@otterpost/contracts/site-requests';
import { type Bus, connectBus } from '@otterpost/messaging/connection';
import { createPublisher } from '@otterpost/messaging/publish';
import { createRequester, requestServer } from '@otterpost/messaging/request-reply';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { type KeyRing, parseKeyRing } from '@otterpost/sealing/key-ring';
import { payloadSealer } from '@otterpost/sealing/seal';
import { every } from '@otterpost/service/chore';
import { createHostGuard, type HostGuard } from '@otterpost/service/host-guard';
import { toNestLogger } from '@otterpost/service/logger';
import type { ServiceContext } from '@otterpost/service/run-service';

import { createAccessTokens } from './adapters/access-token-store.ts';
import { createAccountGroupStore } from './adapters/account-group-store.ts';
import { SETTINGS as LEASE_SETTINGS } from './adapters/account-lease-statements.ts';
import { createAccountLeases } from './adapters/account-lease-store.ts';
import { AccountGroupRow, AccountLeaseRow, AccountRow, AuditLineRow } from './adapters/account-rows.ts';
import { createAccountStore } from './adapters/account-store.ts';
import { createAuditTrail } from './adapters/audit-trail.ts';
import { ChangeMailboxes1764040000000 } from './adapters/change-mailboxes.migration.ts';
import { createExports } from './adapters/export-store.ts';
import { ImportBeforeRow, ImportChangeRow, ImportPieceRow, ImportRejectRow, ImportRow } from './adapters/import-rows.ts';
import { createImportStore } from './adapters/import-store.ts';
import { createImportWork } from './adapters/import-work.ts';
import { InheritMailboxes1764300000000 } from './adapters/inherit-mailboxes.migration.ts';
import { KeepAccessTokens1764270000000 } from './adapters/keep-access-tokens.migration.ts';
import { createMailLedger } from './adapters/mail-ledger.ts';
import { createMailboxStore } from './adapters/mailbox-store.ts';
import { MakeAccounts1764060000000 } from './adapters/make-accounts.migration.ts';
import { MakeImports1764250000000 } from './adapters/make-imports.migration.ts';
import { MakeMailboxes1764000000000 } from './adapters/make-mailboxes.migration.ts';
import { MakeSites1764230000000 } from './adapters/make-sites.migration.ts';
import { createOwnership } from './adapters/ownership-store.ts';
import { RecognizeMails1764310000000 } from './adapters/recognize-mails.migration.ts';
import { MailboxRow, SiteRow } from './adapters/rows.ts';
import { createSessionStore } from './adapters/session-store.ts';
import { readShippedSites } from './adapters/shipped-sites.ts';
import { openSiteProjection } from './adapters/site-projection.ts';
import { createSiteStore, shipSites } from './adapters/site-store.ts';
import { createTokenEndpoint } from './adapters/token-endpoint.ts';
import { createMailboxVetter } from './adapters/vet-mailbox.ts';
import { SERVICE, type VARIABLES } from './config.ts';
import { ACCESS_TOKENS, type AskTokenEndpoint } from './core/access-tokens.ts';
import { ACCOUNT_DESK, AccountDesk } from './core/account-desk.ts';
import { ACCOUNT_GROUPS, type AccountGroups } from './core/account-groups.ts';
import { ACCOUNT_LEASES, type AccountLeases } from './core/account-leases.ts';
import { ACCOUNT_STORE, type AccountStore } from './core/accounts.ts';
import { ANNOUNCE, type Announce } from './core/announce.ts';
import { EXPORTS } from './core/exports.ts';
import { ImportRunner } from './core/import-runner.ts';
import { IMPORT_STORE, type ImportStore } from './core/imports.ts';
import { MAIL_LEDGER } from './core/mail-ledger.ts';
import { MAILBOX_DESK, MailboxDesk } from './core/mailbox-desk.ts';
import { MAILBOX_STORE, type MailboxStore } from './core/mailboxes.ts';
import { OPEN_FROM, type OpenFrom, SEAL_TO, type SealTo } from './core/open-from.ts';
import { buryTheDead, OWNERSHIP, type Ownership } from './core/ownership.ts';
import { SESSION_STORE } from './core/sessions.ts';
import { SITE_DESK, SiteDesk, type SiteDeskParts } from './core/site-desk.ts';
import { SITE_STORE, type SiteStore } from './core/sites.ts';
import { AccountGroupsHandler } from './edge/account-groups.handler.ts';
import { AccountLeasesHandler } from './edge/account-leases.handler.ts';
import { AccountsHandler } from './edge/accounts.handler.ts';
import { ExportsHandler } from './edge/exports.handler.ts';
import { ImportsHandler } from './edge/imports.handler.ts';
import { IngestorsHandler } from './edge/ingestors.handler.ts';
import { MailboxesHandler } from './edge/mailboxes.handler.ts';
import { SessionsHandler } from './edge/sessions.handler.ts';
import { SitesHandler } from './edge/sites.handler.ts';
import { TicketsHandler } from './edge/tickets.handler.ts';

export const SCHEMA = 'accounts';
export const ENTITIES = [
  MailboxRow,
  SiteRow,
  AccountGroupRow,
  AccountRow,
  AccountLeaseRow,
  AuditLineRow,
  ImportRow,
  ImportPieceRow,
  ImportRejectRow,
  ImportChangeRow,
  ImportBeforeRow,
];
export const MIGRATIONS = [
  MakeMailboxes1764000000000,
  ChangeMailboxes1764040000000,
  MakeAccounts1764060000000,
  MakeSites1764230000000,
  MakeImports1764250000000,
  KeepAccessTokens1764270000000,
  InheritMailboxes1764300000000,
  RecognizeMails1764310000000,
];

/** How soon an onlooker learns that a mailbox's connection or status has changed. */
const TELL_EVERY_MS = 500;
/** How soon others learn that an ingestor is silent and dead. */
const BURY_EVERY_MS = 500;
/** How soon extractors learn of a site whose change could not be told at once. */
const PROJECT_EVERY_MS = 1000;
const SITES_UNTOLD = 'extractors were not told of changed sites yet';
/** A site may have some twenty patterns and fifty samples. */
const TRIAL_DEADLINE_MS = 20_000;
/** How soon accounts of a deleted group begin to be cleared away. */
const PURGE_EVERY_MS = 1000;
const FORGET_EVERY_MS = 60_000;
/** How soon an import begins, and one whose process died goes on. */
const IMPORT_EVERY_MS = 200;
/** How soon a line of the audit reaches the gateway, whose record it is. */
const PASS_ON_EVERY_MS = 500;

/** What the service stands on. */
export interface Ground {
  readonly bus: Bus;
  readonly database: Database;
  /** The same, by connections of their own for the leases of accounts. */
  readonly leasing: Database;
  readonly ring: KeyRing;
  readonly hosts: HostGuard;
  readonly askTokenEndpoint: AskTokenEndpoint;
  readonly tryOut: SiteDeskParts['tryOut'];
  readonly project: SiteDeskParts['project'];
}

@Module({})
class AccountsServiceModule {}

/** The service on its ground: handlers at the edge, rules in the core, adapters between. */
export function accountsServiceModule({
  bus,
  database,
  leasing,
  ring,
  hosts,
  askTokenEndpoint,
  tryOut,
  project,
}: Ground): DynamicModule {
  const sealer = payloadSealer(ring);
  const openFrom: OpenFrom = (subject, sealed) => Buffer.from(sealer.open(Buffer.from(sealed, 'base64'), subject)).toString();
  const sealTo: SealTo = (subject, text) => Buffer.from(sealer.seal(Buffer.from(text), subject)).toString('base64');
  const announce: Announce = (subject, value) => bus.publishJson(subject, value);
  return {
    module: AccountsServiceModule,
    controllers: [
      MailboxesHandler,
      IngestorsHandler,
      SitesHandler,
      TicketsHandler,
      AccountGroupsHandler,
      AccountsHandler,
      SessionsHandler,
      AccountLeasesHandler,
      ImportsHandler,
      ExportsHandler,
    ],
    providers: [
      { provide: MAILBOX_STORE, useFactory: () => createMailboxStore(database, ring) },
      {
        provide: MAILBOX_DESK,
        inject: [MAILBOX_STORE],
        useFactory: (store: MailboxStore) => new MailboxDesk({ store, vet: createMailboxVetter(hosts), announce }),
      },
      { provide: OWNERSHIP, useFactory: () => createOwnership(database) },
      { provide: ACCESS_TOKENS, useFactory: () => createAccessTokens(database, ring, askTokenEndpoint) },
      { provide: MAIL_LEDGER, useFactory: () => createMailLedger(database) },
      { provide: SITE_STORE, useFactory: () => createSiteStore(database) },
      {
        provide: SITE_DESK,
        inject: [SITE_STORE],
        useFactory: (store: SiteStore) => new SiteDesk({ store, tryOut, project }),
      },
      { provide: ACCOUNT_GROUPS, useFactory: () => createAccountGroupStore(database) },
      { provide: ACCOUNT_STORE, useFactory: () => createAccountStore(database, ring) },
      { provide: ACCOUNT_DESK, inject: [ACCOUNT_STORE], useFactory: (store: AccountStore) => new AccountDesk(store) },
      { provide: SESSION_STORE, useFactory: () => createSessionStore(database, ring) },
      { provide: ACCOUNT_LEASES, useFactory: () => createAccountLeases(leasing) },
      { provide: IMPORT_STORE, useFactory: () => createImportStore(database, ring) },
      { provide: EXPORTS, useFactory: () => createExports(database, ring) },
      { provide: SEAL_TO, useValue: sealTo },
      { provide: ANNOUNCE, useValue: announce },
      { provide: OPEN_FROM, useValue: openFrom },
    ],
  };
}

export async function startAccountsService({
  config,
  logger,
  health,
  lifecycle,
}: ServiceContext<typeof VARIABLES>): Promise<void> {
  const ring = parseKeyRing(config.masterKeys);
  const [bus, database] = await Promise.all([
    connectBus({ servers: config.natsUrl, credsFile: config.natsCreds, name: SERVICE, logger }),
    openDatabase({ url: config.databaseUrl, schema: SCHEMA, entities: ENTITIES, migrations: MIGRATIONS, logger }),
  ]);
  const leasing = await openDatabase({
    url: config.databaseUrl,
    schema: SCHEMA,
    entities: [],
    migrations: [],
    settings: LEASE_SETTINGS,
    logger,
  });
  const hosts = createHostGuard({ allowPrivateHosts: config.allowPrivateHosts });
  await shipSites(database, await readShippedSites());
  const projection = await openSiteProjection(bus, database);
  const requester = createRequester(bus);
  const ground: Ground = {
    bus,
    database,
    leasing,
    ring,
    hosts,
    askTokenEndpoint: createTokenEndpoint({
      google: config.oauth2TokenUrlGoogle,
      microsoft: config.oauth2TokenUrlMicrosoft,
    }),
    tryOut: async (slug, definition) => {
      await requester.ask(trySite, { slug, definition }, { timeoutMs: TRIAL_DEADLINE_MS });
    },
    project: () => projection.project().catch((error: unknown) => logger.warn({ err: error }, SITES_UNTOLD)),
  };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(accountsServiceModule(ground), {
    strategy: requestServer({ bus, service: SERVICE }),
    logger: toNestLogger(logger),
  });
  await app.listen();
  const trail = createAuditTrail(database, createPublisher(bus, payloadSealer(ring)));
  const groups = app.get<AccountGroups>(ACCOUNT_GROUPS);
  const telling = every(TELL_EVERY_MS, 'changes of mailboxes were not told', logger, () =>
    app.get<MailboxDesk>(MAILBOX_DESK).tellChanges(),
  );
  const burying = every(BURY_EVERY_MS, 'dead ingestors were not looked for', logger, async () => {
    const buried = await buryTheDead(app.get<Ownership>(OWNERSHIP), (id) => bus.isHeard(livingIngestor(id)));
    if (buried) bus.publishJson(MAILBOXES_CHANGED, {} satisfies MailboxesChanged);
  });
  const projecting = every(PROJECT_EVERY_MS, SITES_UNTOLD, logger, () => projection.project());
  const passingOn = every(PASS_ON_EVERY_MS, 'lines of the audit were not passed on', logger, () => trail.passOn());
  const purging = every(PURGE_EVERY_MS, 'deleted groups were not cleared away', logger, () => groups.purge());
  const forgetting = every(FORGET_EVERY_MS, 'old leases were not forgotten', logger, () =>
    app.get<AccountLeases>(ACCOUNT_LEASES).forget(),
  );
  const runner = new ImportRunner(createImportWork(database, ring));
  const importing = every(IMPORT_EVERY_MS, 'an import was interrupted; it goes on', logger, () => runner.runAll());
  const tidying = every(FORGET_EVERY_MS, 'old imports were not forgotten', logger, () =>
    app.get<ImportStore>(IMPORT_STORE).forget(),
  );
  health.addCheck('bus', () => bus.isConnected());
  health.addCheck('database', () => database.isReachable());
  lifecycle.onStop('refuse', 'imports', () => runner.stop());
  lifecycle.onStop('answer', 'requests', async () => {
    for (const chore of [telling, burying, projecting, passingOn, purging, forgetting, importing, tidying]) clearInterval(chore);
    await app.close();
  });
  lifecycle.onStop('close', 'bus and database', async () => {
    await bus.drain();
    await Promise.all([database.close(), leasing.close()]);
  });
}

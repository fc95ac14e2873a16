import { randomBytes } from 'node:crypto';

import type { Caller } from '@otterpost/contracts/caller';
import { newId } from '@otterpost/contracts/ids';
import type { NewMailbox } from '@otterpost/contracts/mailboxes';
import { type Database, openDatabase } from '@otterpost/postgres/database';
import { parseKeyRing } from '@otterpost/sealing/key-ring';
import { createLogger } from '@otterpost/service/logger';
import { secret } from '@otterpost/testkit/canary';
import { keepEvidence } from '@otterpost/testkit/evidence';
import { type Postgres, startPostgres } from '@otterpost/testkit/postgres';

import { ENTITIES, MIGRATIONS, SCHEMA } from '../src/accounts-service.module.ts';
import { createAccountGroupStore } from '../src/adapters/account-group-store.ts';
import { SETTINGS as LEASE_SETTINGS } from '../src/adapters/account-lease-statements.ts';
import { createAccountLeases } from '../src/adapters/account-lease-store.ts';
import { createAccountStore } from '../src/adapters/account-store.ts';
import { createMailLedger } from '../src/adapters/mail-ledger.ts';
import { createMailboxStore } from '../src/adapters/mailbox-store.ts';
import { createOwnership } from '../src/adapters/ownership-store.ts';
import { createSessionStore } from '../src/adapters/session-store.ts';
import { AccountDesk } from '../src/core/account-desk.ts';
import type { AccountGroups } from '../src/core/account-groups.ts';
import type { AccountLeases } from '../src/core/account-leases.ts';
import type { AccountStore } from '../src/core/accounts.ts';
import type { MailLedger } from '../src/core/mail-ledger.ts';
import type { MailboxStore } from '../src/core/mailboxes.ts';
import type { Heartbeat, Holding, Ownership } from '../src/core/ownership.ts';
import type { SessionStore } from '../src/core/sessions.ts';

export const log = createLogger({ name: 'accounts-test', level: 'trace' }, keepEvidence('logs', 'accounts-test'));
export const ring = parseKeyRing(`test:${randomBytes(32).toString('base64')}`);

/** The service's adapters on a PostgreSQL of their own. */
export interface Ground {
  readonly postgres: Postgres;
  readonly database: Database;
  readonly leasing: Database;
  readonly store: MailboxStore;
  readonly ownership: Ownership;
  readonly ledger: MailLedger;
  readonly groups: AccountGroups;
  readonly accounts: AccountStore;
  readonly desk: AccountDesk;
  readonly sessions: SessionStore;
  readonly leases: AccountLeases;
  stop(): Promise<void>;
}

export async function standUp(): Promise<Ground> {
  const postgres = await startPostgres();
  const server = { url: await postgres.createDatabase(), schema: SCHEMA, logger: log };
  const database = await openDatabase({ ...server, entities: ENTITIES, migrations: MIGRATIONS });
  const leasing = await openDatabase({ ...server, entities: [], migrations: [], settings: LEASE_SETTINGS });
  const accounts = createAccountStore(database, ring);
  return {
    postgres,
    database,
    leasing,
    store: createMailboxStore(database, ring),
    ownership: createOwnership(database),
    ledger: createMailLedger(database),
    groups: createAccountGroupStore(database),
    accounts,
    desk: new AccountDesk(accounts),
    sessions: createSessionStore(database, ring),
    leases: createAccountLeases(leasing),
    stop: async () => {
      await Promise.all([database.close(), leasing.close()]);
      await postgres.stop();
    },
  };
}

export function newMailbox(username: string): NewMailbox {
  return {
    name: username,
    host: 'imap.otters.example',
    port: 993,
    security: 'tls',
    username,
    auth: { type: 'password', password: secret('holt') },
  };
}

/** An ingestor's heartbeat; gives all that it stands to then. */
export async function beat(
  { ownership }: Ground,
  ingestorId: string,
  more: Partial<Pick<Heartbeat, 'ready' | 'isLeaving'>> = {},
): Promise<Holding[]> {
  const { held } = await ownership.sync({ ingestorId, digest: '', ready: [], isLeaving: false, ...more });
  return held ?? [];
}

/** Somebody with a key of their own, who may do all but what is taken away. */
export function callerOf(limits: Partial<Caller> = {}): Caller {
  return {
    keyId: newId('key'),
    name: 'a test',
    scope: 'operator',
    sites: null,
    groupIds: null,
    address: '192.0.2.7',
    ...limits,
  };
}

import { setTimeout as sleep } from 'node:timers/promises';

import { Otterpost } from '@otterpost/client';
import type { AccountLease } from '@otterpost/contracts/account-leases';
import { PASSWORD_COLUMN } from '@otterpost/contracts/account-requests';
import { newId } from '@otterpost/contracts/ids';
import { columnAad, seal } from '@otterpost/sealing/seal';

import type { AccountsGround } from './accounts-ground.ts';
import { type Figures, quantile } from './figures.ts';
import { KeptConnection } from './kept-connection.ts';

const ACCOUNTS = 100_000;
const WORKERS = 50;
const LEASES_EACH = 30;
/** Whoever leases an account logs in with it, which no site does faster. */
const USED_FOR_MS = 1000;
const FILLED_AT_ONCE = 5000;

/**
 * Fifty workers that lease, use the account, give it back, and lease the next: at the pace of work, and without a pause. An
 * account that two hold at one time would be a doubled one.
 */
export async function benchLeases(ground: AccountsGround): Promise<Figures[]> {
  const { suite } = ground;
  const id = await fill(ground);
  await work({ suite, id, usedForMs: 0, leases: 4 });
  return [await work({ suite, id, usedForMs: USED_FOR_MS }), await work({ suite, id, usedForMs: 0 })];
}

/** A group of accounts that nobody has used. */
async function fill({ suite, database, ring }: AccountsGround): Promise<string> {
  const { id } = await new Otterpost({ url: suite.url, key: suite.adminKey }).accountGroups.create({
    name: 'Pool',
    site: 'nike',
  });
  for (let from = 0; from < ACCOUNTS; from += FILLED_AT_ONCE) {
    const rows = Array.from({ length: FILLED_AT_ONCE }, (_, at) => {
      const account = newId('account');
      const aad = columnAad(PASSWORD_COLUMN.table, account, PASSWORD_COLUMN.column);
      return { account, email: `otter${from + at}@otters.example`, password: seal(ring, 'holt-0451', aad) };
    });
    await database.query(
      `INSERT INTO accounts (id, group_id, email, email_key, password)
       SELECT id, $1, email, email, password FROM unnest($2::text[], $3::text[], $4::bytea[]) AS given (id, email, password)`,
      [id, rows.map(({ account }) => account), rows.map(({ email }) => email), rows.map(({ password }) => password)],
    );
  }
  await database.query('VACUUM ANALYZE accounts');
  return id;
}

interface Work extends Pick<AccountsGround, 'suite'> {
  readonly id: string;
  readonly usedForMs: number;
  readonly leases?: number;
}

async function work({ suite, id, usedForMs, leases = LEASES_EACH }: Work): Promise<Figures> {
  const held = new Set<string>();
  const times: number[] = [];
  let doubled = 0;
  const worker = async (at: number): Promise<void> => {
    const gateway = await KeptConnection.open(suite);
    // Workers do not march in step.
    await sleep((usedForMs * at) / WORKERS);
    for (let round = 0; round < leases; round++) {
      const began = performance.now();
      const lease = await gateway.post<AccountLease>(`account-groups/${id}/lease`, { leaseFor: 60 });
      times.push(performance.now() - began);
      if (held.has(lease.account.id)) doubled++;
      held.add(lease.account.id);
      if (lease.account.password !== 'holt-0451') throw new Error('An account came without its password');
      await sleep(usedForMs * (0.5 + Math.random()));
      held.delete(lease.account.id);
      await gateway.post(`leases/${lease.id}/release`, {});
    }
    gateway.close();
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, at) => worker(at)));
  return {
    what: `a lease of ${ACCOUNTS}, ${WORKERS} workers, ${usedForMs === 0 ? 'no pause' : `each used for ${usedForMs} ms`}`,
    rounds: times.length,
    'p50 ms': quantile(times, 0.5),
    'p99 ms': quantile(times, 0.99),
    doubled,
  };
}

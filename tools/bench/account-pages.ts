import { Otterpost } from '@otterpost/client';
import type { Account } from '@otterpost/contracts/accounts';
import type { Page } from '@otterpost/contracts/page';

import type { AccountsGround } from './accounts-ground.ts';
import { askGateway } from './ask-gateway.ts';
import { type Figures, quantile } from './figures.ts';

const ACCOUNTS = 1_000_000;
/** Within a statement's time limit, on any machine. */
const FILLED_AT_ONCE = 100_000;
const ROUNDS = 300;
const WARM_UP = 50;
const PAGE = 100;

/** A page of a hundred at the beginning of a group, in its middle, and near its end, in turn. */
export async function benchPages({ suite, database }: AccountsGround): Promise<Figures[]> {
  const { id } = await new Otterpost({ url: suite.url, key: suite.adminKey }).accountGroups.create({
    name: 'Large',
    site: 'nike',
  });
  for (let from = 1; from < ACCOUNTS; from += FILLED_AT_ONCE)
    await database.query(
      `INSERT INTO accounts (id, group_id, email, email_key, password)
       SELECT 'acc_' || lpad(n::text, 26, '0'), $1, key, key, decode(repeat('00', 60), 'hex')
       FROM generate_series($2::int, $3::int) n, LATERAL (SELECT lpad(n::text, 7, '0') || '@otters.example' AS key) k`,
      [id, from, from + FILLED_AT_ONCE - 1],
    );
  await database.query('VACUUM ANALYZE accounts');
  const places = {
    first: '',
    middle: cursorAt(Math.floor(ACCOUNTS / 2)),
    last: cursorAt(ACCOUNTS - PAGE),
  };
  const times: Record<string, number[]> = { first: [], middle: [], last: [], counts: [] };
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    for (const [place, cursor] of Object.entries(places)) {
      const began = performance.now();
      const page = await askGateway<Page<Account>>(suite, 'GET', `account-groups/${id}/accounts?limit=${PAGE}${cursor}`);
      if (round >= WARM_UP) times[place]?.push(performance.now() - began);
      if (page.items.length !== PAGE) throw new Error(`A page of ${page.items.length}`);
    }
    const began = performance.now();
    const group = await askGateway<{ accounts: number }>(suite, 'GET', `account-groups/${id}`);
    if (round >= WARM_UP) times.counts?.push(performance.now() - began);
    if (group.accounts !== ACCOUNTS) throw new Error(`${group.accounts} accounts are told`);
  }
  return Object.entries(times).map(([place, all]) => ({
    what: place === 'counts' ? `a group's counts, of ${ACCOUNTS}` : `${place} page of ${ACCOUNTS}`,
    rounds: all.length,
    'p50 ms': quantile(all, 0.5),
    'p99 ms': quantile(all, 0.99),
    doubled: '-',
  }));
}

/** What the list itself gives as the next cursor after so many. */
function cursorAt(count: number): string {
  return `&cursor=${Buffer.from(`${String(count).padStart(7, '0')}@otters.example`).toString('base64url')}`;
}

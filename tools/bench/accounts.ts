import { benchImports } from './account-imports.ts';
import { benchLeases } from './account-leases.ts';
import { benchPages } from './account-pages.ts';
import { onGround } from './accounts-ground.ts';
import type { Figures } from './figures.ts';

const PARTS = { imports: benchImports, pages: benchPages, leases: benchLeases };
/** `OTTERPOST_BENCH_PART=imports` for one of them. */
const PART = process.env.OTTERPOST_BENCH_PART;

/** Account groups of the size that the contract promises: services, servers and workers share this machine. */
export async function benchAccounts(): Promise<Figures[]> {
  const rows: Figures[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (PART === undefined || PART === name) rows.push(...(await onGround(part)));
  }
  return rows;
}

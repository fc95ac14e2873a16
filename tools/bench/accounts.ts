import { benchLeases } from './account-leases.ts';
import { benchPages } from './account-pages.ts';
import { onGround } from './accounts-ground.ts';
import type { Figures } from './figures.ts';

const PARTS = [benchPages, benchLeases];

/** Account groups of the size that the contract promises: services, servers and workers share this machine. */
export async function benchAccounts(): Promise<Figures[]> {
  const rows: Figures[] = [];
  for (const part of PARTS) rows.push(...(await onGround(part)));
  return rows;
}

import type { Figures } from './figures.ts';
import { benchIdleMailboxes } from './idle-mailboxes.ts';
import { benchNoticing } from './noticing.ts';

const PARTS = { noticing: benchNoticing, idle: benchIdleMailboxes };
/** `OTTERPOST_BENCH_PART=noticing` for one of them. */
const PART = process.env.OTTERPOST_BENCH_PART;

/** What an idle mailbox costs, and how fast a mail is noticed, fetched and safe on the bus. */
export async function benchIngestor(): Promise<Figures[]> {
  const rows: Figures[] = [];
  for (const [name, part] of Object.entries(PARTS)) if (PART === undefined || PART === name) rows.push(...(await part()));
  return rows;
}

import type { Figures } from './figures.ts';
import { benchIdleMailboxes } from './idle-mailboxes.ts';
import { benchNoticing } from './noticing.ts';

/** What an idle mailbox costs, and how fast a mail is noticed, fetched and safe on the bus. */
export async function benchIngestor(): Promise<Figures[]> {
  return [...(await benchNoticing()), ...(await benchIdleMailboxes())];
}

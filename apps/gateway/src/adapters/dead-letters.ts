import type { DeadLetter } from '@otterpost/contracts/dead-letters';
import type { Bus } from '@otterpost/messaging/connection';
import {
  type DeadLetter as BuriedEvent,
  discardDeadLetter,
  findDeadLetter,
  listDeadLetters,
  replayDeadLetter,
} from '@otterpost/messaging/dead-letters';
import type { Database } from '@otterpost/postgres/database';

import type { DeadLetters } from '../core/dead-letters.ts';
import { writeAudit } from './audit-book.ts';

/** The audit comes first: where it cannot be written, nothing is done. */
export function createDeadLetters(bus: Bus, database: Database): DeadLetters {
  return {
    async list({ limit, cursor }) {
      const found = await listDeadLetters(bus, { after: Number(cursor ?? 0), limit: limit + 1 });
      const items = found.slice(0, limit).map(toDeadLetter);
      return { items, nextCursor: found.length > limit ? String(items.at(-1)?.sequence) : null };
    },

    async replay(caller, sequence) {
      const letter = toDeadLetter(await findDeadLetter(bus, sequence));
      await writeAudit(database, caller, { action: 'dead_letter.replayed', target: letter.messageId });
      await replayDeadLetter(bus, sequence);
      return letter;
    },

    async discard(caller, sequence) {
      const { messageId } = await findDeadLetter(bus, sequence);
      await writeAudit(database, caller, { action: 'dead_letter.discarded', target: messageId });
      await discardDeadLetter(bus, sequence);
    },
  };
}

function toDeadLetter({ buriedAt, ...letter }: BuriedEvent): DeadLetter {
  return { ...letter, buriedAt: buriedAt.toISOString() };
}

import { randomUUID } from 'node:crypto';

import { AUDIT_BATCH, type AuditEntry, auditActor, auditRecorded } from '@otterpost/contracts/audit';
import type { Caller } from '@otterpost/contracts/caller';
import { type AuditId, newId } from '@otterpost/contracts/ids';
import type { EventPublisher } from '@otterpost/messaging/publish';
import type { Database, Queryable } from '@otterpost/postgres/database';

import type { AuditLineRow } from './account-rows.ts';

/**
 * Writes who did what, in the transaction of what it tells of: where the line cannot be written, nothing was done and no secret
 * goes out.
 */
export async function writeAuditLine(
  tx: Queryable,
  caller: Pick<Caller, 'keyId' | 'address'>,
  { action, target }: Pick<AuditEntry, 'action' | 'target'>,
): Promise<void> {
  await tx.query('INSERT INTO audit_lines (id, actor, action, target, address) VALUES ($1, $2, $3, $4, $5)', [
    newId('audit'),
    auditActor(caller),
    action,
    target,
    caller.address,
  ]);
}

export interface AuditTrail {
  /** Hands lines to the gateway, oldest first. A line leaves when the stream has it; one that goes twice has one id. */
  passOn(): Promise<void>;
}

export function createAuditTrail(database: Database, publisher: EventPublisher): AuditTrail {
  return {
    async passOn() {
      for (let passed = AUDIT_BATCH; passed === AUDIT_BATCH; ) passed = await passOnBatch(database, publisher);
    },
  };
}

async function passOnBatch(database: Database, publisher: EventPublisher): Promise<number> {
  const rows = await database.query<AuditLineRow & Record<string, unknown>>(
    'SELECT id, at, actor, action, target, address FROM audit_lines ORDER BY at LIMIT $1',
    [AUDIT_BATCH],
  );
  if (rows.length === 0) return 0;
  const lines = rows.map(({ id, at, ...line }) => ({ ...line, id: id as AuditId, at: at.toISOString() }));
  // A batch that comes again may hold other lines: it is never the same message.
  await publisher.publish(auditRecorded, { lines }, { id: randomUUID() });
  await database.query('DELETE FROM audit_lines WHERE id = ANY($1)', [rows.map(({ id }) => id)]);
  return rows.length;
}

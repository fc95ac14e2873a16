import * as z from 'zod';

import { Caller } from './caller.ts';
import { AuditId } from './ids.ts';
import { defineEvent } from './message.ts';
import { GivenTime, PageQuery, pageOf, Timestamp } from './page.ts';

/** What was done, as `thing.verb_in_the_past`: `account.revealed`, `group.exported`, `ticket.opened`, `code.typed`, `key.revoked`. */
const AuditAction = z.string().regex(/^[a-z_]+\.[a-z_]+$/);

/** One line of the audit: who did what to what, when. It holds no secret and no code. */
export const AuditEntry = z.object({
  id: AuditId,
  at: Timestamp,
  /** The key that acted, or the service (`accounts-service`) when nobody asked for it. */
  actor: z.string(),
  action: AuditAction,
  /** The id of what it was done to. */
  target: z.string().nullable(),
  address: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditQuery = PageQuery.extend({
  actor: z.string().max(100).optional(),
  action: z.string().max(100).optional(),
  since: GivenTime.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
export const AuditPage = pageOf(AuditEntry);

/** As many lines go in one message. */
export const AUDIT_BATCH = 500;

/**
 * A service other than the gateway wrote each of these lines in the transaction of what it tells of, and passes them on, oldest
 * first. One may come twice: the id is the line's own.
 */
export const auditRecorded = defineEvent(
  'audit.recorded',
  'AUDIT',
  z.object({ lines: z.array(AuditEntry).min(1).max(AUDIT_BATCH) }),
);

export function auditActor(caller: Pick<Caller, 'keyId'>): string {
  return caller.keyId;
}

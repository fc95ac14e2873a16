import type { AuditEntry, AuditQuery } from '@otterpost/contracts/audit';
import type { Page } from '@otterpost/contracts/page';

export const AUDIT = Symbol('AuditBook');

/** Who did what, when. Lines are added and never changed; the database refuses anything else. */
export interface AuditBook {
  /** Newest first. */
  list(query: AuditQuery): Promise<Page<AuditEntry>>;
  /** Takes in a line that another service wrote with what it tells of. May come again: its id is its own. */
  record(entry: AuditEntry): Promise<void>;
}

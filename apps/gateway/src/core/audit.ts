import type { AuditEntry, AuditQuery } from '@otterpost/contracts/audit';
import type { Page } from '@otterpost/contracts/page';

export const AUDIT = Symbol('AuditBook');

/** Who did what, when. Lines are added and never changed; the database refuses anything else. */
export interface AuditBook {
  /** Newest first. */
  list(query: AuditQuery): Promise<Page<AuditEntry>>;
  /** Takes in lines that another service wrote with what they tell of. One may come again: its id is its own. */
  record(lines: readonly AuditEntry[]): Promise<void>;
}

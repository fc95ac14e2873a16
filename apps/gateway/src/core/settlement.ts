import type { RequestOf } from '@otterpost/contracts/message';
import type { settleMails } from '@otterpost/contracts/ticket-requests';

export const SETTLEMENT = Symbol('Settlement');

export type SettledMail = RequestOf<typeof settleMails>['mails'][number];

/** Settles mails in the ledger: their outcome is stored. */
export interface Settlement {
  /** Resolves when the ledger has it. May be repeated. */
  settle(mail: SettledMail): Promise<void>;
}

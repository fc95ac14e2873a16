import { GroupCommit } from '@otterpost/service/group-commit';

import type { SettledMail, Settlement } from '../core/settlement.ts';

/** As many as one request may carry. */
const MOST_AT_ONCE = 500;
/** The worker has its code by then: a burst is settled in few requests, beside the codes that are still on their way. */
const REST_MS = 20;

/** A single mail goes at once; a burst costs a few requests. */
export function createSettlement(settle: (mails: SettledMail[]) => Promise<unknown>): Settlement {
  const settling = new GroupCommit<SettledMail, void>({
    carryOut: async (mails) => {
      await settle([...mails]);
      return mails.map(() => undefined);
    },
    atMost: MOST_AT_ONCE,
    restMs: REST_MS,
  });
  return { settle: (mail) => settling.ask(mail) };
}

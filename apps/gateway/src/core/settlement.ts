import type { RequestOf } from '@otterpost/contracts/message';
import type { settleMails } from '@otterpost/contracts/ticket-requests';

export const SETTLEMENT = Symbol('Settlement');

/** As many as one request may carry. */
const MOST_AT_ONCE = 500;

export type SettledMail = RequestOf<typeof settleMails>['mails'][number];

interface Waiting {
  readonly mail: SettledMail;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Settles mails in the ledger, one request after the other: mails that come while one is on its way go together in the next. A
 * single mail goes at once; a burst costs a few requests.
 */
export class Settlement {
  readonly #settle: (mails: SettledMail[]) => Promise<unknown>;
  readonly #waiting: Waiting[] = [];
  #isUnderWay = false;

  constructor(settle: (mails: SettledMail[]) => Promise<unknown>) {
    this.#settle = settle;
  }

  /** Resolves when the ledger has it. May be repeated. */
  settle(mail: SettledMail): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ mail, resolve, reject });
      if (!this.#isUnderWay) void this.#send();
    });
  }

  async #send(): Promise<void> {
    this.#isUnderWay = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_AT_ONCE);
      try {
        await this.#settle(batch.map(({ mail }) => mail));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isUnderWay = false;
  }
}

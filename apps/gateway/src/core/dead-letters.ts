import type { Caller } from '@otterpost/contracts/caller';
import type { DeadLetter, DeadLetterQuery } from '@otterpost/contracts/dead-letters';
import type { Page } from '@otterpost/contracts/page';

export const DEAD_LETTERS = Symbol('DeadLetters');

/** Events that no service could take, such as mails that three threads died of. What is done with one is audited. */
export interface DeadLetters {
  /** Oldest first. */
  list(query: DeadLetterQuery): Promise<Page<DeadLetter>>;
  /** Sends it once more to whoever takes such events. @throws Failure `not_found` */
  replay(caller: Caller, sequence: number): Promise<DeadLetter>;
  /** @throws Failure `not_found` */
  discard(caller: Caller, sequence: number): Promise<void>;
}

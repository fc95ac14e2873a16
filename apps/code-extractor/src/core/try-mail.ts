import type { Extraction } from '@otterpost/contracts/extraction';
import type { SealedMail } from '@otterpost/contracts/extraction-requests';

import { toExtraction } from './to-extraction.ts';
import type { UnderstandMail } from './understand-mail.ts';

export const TRY_MAIL = Symbol('TryMail');

/** @throws Failure `mail_unreadable` */
export type TryMail = (mail: SealedMail) => Promise<Extraction>;

/** What a mail holds, for people who ask: nothing is kept or told to others. */
export function createTryMail(understand: UnderstandMail): TryMail {
  return async ({ source, isWhole, mailbox }) => {
    const began = performance.now();
    const understood = await understand({ source: Buffer.from(source, 'base64'), isWhole, texts: [] }, mailbox);
    return toExtraction(understood, performance.now() - began);
  };
}

import type { MailRead, MailReceived } from '@otterpost/contracts/mail-events';

import type { PatternTally } from './pattern-tally.ts';
import type { UnderstandMail } from './understand-mail.ts';

export const READ_AND_PUBLISH = Symbol('ReadAndPublish');

export type ReadAndPublish = (mail: MailReceived, publishedAt: Date) => Promise<void>;

export interface Reading {
  readonly understand: UnderstandMail;
  readonly tally: PatternTally;
  readonly publish: (read: MailRead) => Promise<void>;
  readonly now: () => Date;
}

/** Reads a received mail and publishes what it holds, with everything that was known of it. */
export function createReadAndPublish({ understand, tally, publish, now }: Reading): ReadAndPublish {
  return async (received, publishedAt) => {
    const { size: _size, source, parts: _parts, mailbox, hops, ...facts } = received;
    const { finding, knownSite, ...understood } = await understand(Buffer.from(source, 'base64'), mailbox);
    const { candidates: _, outcome, ...found } = finding;
    if (knownSite !== undefined && outcome !== null) tally.count(knownSite, outcome, now());
    await publish({
      ...facts,
      ...found,
      ...understood,
      hops: { ...hops, publishedAt: publishedAt.toISOString(), extractedAt: now().toISOString() },
    });
  };
}

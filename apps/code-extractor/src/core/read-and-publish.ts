import { Failure } from '@otterpost/contracts/failure';
import type { MailRead, MailReceived } from '@otterpost/contracts/mail-events';

import type { EncodedText } from './mail.ts';
import type { PatternTally } from './pattern-tally.ts';
import type { UnderstandMail } from './understand-mail.ts';

export const READ_AND_PUBLISH = Symbol('ReadAndPublish');

/**
 * `attempt` counts from 1.
 *
 * @throws Failure `dns_unavailable` for a mail that DNS may yet prove genuine where its site takes no other, the first few times.
 */
export type ReadAndPublish = (mail: MailReceived, publishedAt: Date, attempt: number) => Promise<void>;

/** Some four seconds with their pauses: a worker waits for this mail. */
const MOST_ATTEMPTS = 4;

export interface Reading {
  readonly understand: UnderstandMail;
  readonly tally: PatternTally;
  readonly publish: (read: MailRead) => Promise<void>;
  readonly now: () => Date;
}

/** Reads a received mail and publishes what it holds, with everything that was known of it. */
export function createReadAndPublish({ understand, tally, publish, now }: Reading): ReadAndPublish {
  return async (received, publishedAt, attempt) => {
    const { size, source: encoded, parts, mailbox, hops, ...facts } = received;
    const source = Buffer.from(encoded, 'base64');
    const fetched = { source, isWhole: source.length >= size, texts: parts.map(toEncodedText) };
    const { finding, knownSite, isTemporary, ...understood } = await understand(fetched, mailbox);
    if (isTemporary && attempt < MOST_ATTEMPTS) {
      throw new Failure('dns_unavailable', {
        detail: 'The key of a signature cannot be asked for',
        context: { mailId: received.mailId },
      });
    }
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

function toEncodedText({ type, encoding, charset, content }: MailReceived['parts'][number]): EncodedText {
  return {
    type: type.toLowerCase(),
    encoding: (encoding ?? '').toLowerCase(),
    charset: charset ?? undefined,
    flowed: undefined,
    content: Buffer.from(content, 'base64'),
  };
}

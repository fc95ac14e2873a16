import { Failure, toFailure } from '@otterpost/contracts/failure';
import type { MailRead, MailReceived } from '@otterpost/contracts/mail-events';

import { readHeader } from './header.ts';
import type { EncodedText } from './mail.ts';
import type { PatternTally } from './pattern-tally.ts';
import { readSender } from './sender.ts';
import type { UnderstandMail } from './understand-mail.ts';

export const READ_AND_PUBLISH = Symbol('ReadAndPublish');

/**
 * `attempt` counts from 1.
 *
 * @throws Failure `dns_unavailable` for a mail that DNS may yet prove genuine where its site takes no other, the first few times;
 * `mail_unreadable` for one that breaks its reader, after the others were told that it holds nothing.
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
    const tell = (found: Found): Promise<void> =>
      publish({
        ...facts,
        ...found,
        hops: { ...hops, publishedAt: publishedAt.toISOString(), extractedAt: now().toISOString() },
      });
    try {
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
      await tell({ ...found, ...understood });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'mail_unreadable') await tell(unreadable(source, failure));
      throw failure;
    }
  };
}

/** What a reader adds to what was known of a mail. */
type Found = Omit<MailRead, keyof MailReceived>;

/** The mail's ledger goes on, and people are told who wrote it, as far as its header says. */
function unreadable(source: Uint8Array, { message }: Failure): Found {
  return {
    kind: 'none',
    code: null,
    link: null,
    confidence: 0,
    expiresIn: null,
    reason: { code: 'unreadable', detail: message },
    site: null,
    recipient: null,
    forwarded: 'none',
    authenticity: 'unknown',
    refused: false,
    from: readSender(readHeader(source)).address,
    subject: null,
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

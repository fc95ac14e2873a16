import type { MailRead, MailReceived } from '@otterpost/contracts/mail-events';

import { extract } from './extract.ts';
import type { ReadableMail } from './mail.ts';
import { findRecipient } from './recipient.ts';

export const READ_AND_PUBLISH = Symbol('ReadAndPublish');

export type ReadAndPublish = (mail: MailReceived, publishedAt: Date) => Promise<void>;

export interface Reading {
  readonly read: (source: Buffer) => Promise<ReadableMail>;
  /** `login.shop.example` → `shop.example`; null for what is no domain. */
  readonly toRegistrableDomain: (domain: string) => string | null;
  readonly publish: (read: MailRead) => Promise<void>;
  readonly now: () => Date;
}

/** Reads a received mail and publishes what it holds, with everything that was known of it. */
export function createReadAndPublish({ read, toRegistrableDomain, publish, now }: Reading): ReadAndPublish {
  return async (received, publishedAt) => {
    const mail = await read(Buffer.from(received.source, 'base64'));
    const { candidates: _, ...finding } = extract(mail);
    const { size: _size, source: _source, parts: _parts, mailbox, hops, ...facts } = received;
    await publish({
      ...facts,
      ...finding,
      hops: { ...hops, publishedAt: publishedAt.toISOString(), extractedAt: now().toISOString() },
      site: mail.from === null ? null : toRegistrableDomain(mail.from.slice(mail.from.lastIndexOf('@') + 1)),
      recipient: findRecipient(mail.recipients, mailbox.username),
      forwarded: 'none',
      authenticity: 'unknown',
      refused: false,
      from: mail.from,
      subject: mail.subject,
    });
  };
}

import type { MailRead, MailReceived } from '@otterpost/contracts/mail-events';
import { domainOf, toAsciiDomain } from '@otterpost/contracts/sender';
import { isRefused } from '@otterpost/contracts/sites';

import type { ReadableMail } from './mail.ts';
import type { PatternTally } from './pattern-tally.ts';
import { readForSite } from './read-for-site.ts';
import { findRecipient } from './recipient.ts';
import type { SiteBook } from './site-book.ts';

export const READ_AND_PUBLISH = Symbol('ReadAndPublish');

export type ReadAndPublish = (mail: MailReceived, publishedAt: Date) => Promise<void>;

export interface Reading {
  readonly read: (source: Buffer) => Promise<ReadableMail>;
  readonly sites: SiteBook;
  readonly tally: PatternTally;
  /** `login.shop.example` → `shop.example`; null for what is no domain. */
  readonly toRegistrableDomain: (domain: string) => string | null;
  readonly publish: (read: MailRead) => Promise<void>;
  readonly now: () => Date;
}

/** Reads a received mail and publishes what it holds, with everything that was known of it. */
export function createReadAndPublish({ read, sites, tally, toRegistrableDomain, publish, now }: Reading): ReadAndPublish {
  return async (received, publishedAt) => {
    const mail = await read(Buffer.from(received.source, 'base64'));
    const domain = mail.from === null ? null : toAsciiDomain(domainOf(mail.from));
    const site =
      domain === null ? undefined : sites.find(`${mail.from?.slice(0, mail.from.lastIndexOf('@'))}@${domain}`, mail.subject);
    const { candidates: _, outcome, ...finding } = readForSite(mail, site);
    if (site !== undefined && outcome !== null) tally.count(site, outcome, now());
    const { size: _size, source: _source, parts: _parts, mailbox, hops, ...facts } = received;
    const authenticity = 'unknown';
    await publish({
      ...facts,
      ...finding,
      hops: { ...hops, publishedAt: publishedAt.toISOString(), extractedAt: now().toISOString() },
      site: site?.rules.slug ?? (domain === null ? null : toRegistrableDomain(domain)),
      recipient: findRecipient(mail.recipients, mailbox.username),
      forwarded: 'none',
      authenticity,
      refused: isRefused(authenticity, site?.rules.authenticity ?? 'preferred'),
      from: mail.from,
      subject: mail.subject,
    });
  };
}

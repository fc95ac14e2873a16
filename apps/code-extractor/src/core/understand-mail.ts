import type { Authenticity, ForwardingRoute } from '@otterpost/contracts/extraction';
import { isRefused } from '@otterpost/contracts/sites';

import type { JudgeAuthenticity } from './authenticity.ts';
import { type Header, readHeader } from './header.ts';
import { type InnerMail, openForward } from './inline-forward.ts';
import type { EncodedText, ReadableMail } from './mail.ts';
import { readForSite, type SiteFinding } from './read-for-site.ts';
import { findRoute } from './route.ts';
import { comparedAddress, readSender, type Sender, toSender } from './sender.ts';
import type { SiteBook } from './site-book.ts';

/** What a reader has to know of the mailbox in which the mail lies. */
export interface MailboxFacts {
  readonly username: string | null;
  /** Whose `Authentication-Results` are believed (RFC 8601 section 2.5). */
  readonly authservId: string | null;
  /** Whose forwarded mails are opened. */
  readonly forwarders: readonly string[];
}

/** All that is found out of a mail. */
export interface UnderstoodMail {
  readonly finding: SiteFinding;
  /** The site that names its sender, by whose patterns it was read. */
  readonly knownSite: { readonly slug: string; readonly revision: number } | undefined;
  /** The slug of that site, else the registrable domain of the sender. */
  readonly site: string | null;
  readonly recipient: string | null;
  readonly forwarded: ForwardingRoute;
  readonly authenticity: Authenticity;
  /** The site's policy does not accept this authenticity. */
  readonly refused: boolean;
  /** It would be accepted, perhaps, if DNS had answered. */
  readonly isTemporary: boolean;
  readonly from: string | null;
  readonly subject: string;
}

/** What was fetched of a mail. */
export interface FetchedSource {
  readonly source: Uint8Array;
  /** All of the mail, not its beginning. */
  readonly isWhole: boolean;
  /** Its texts, where the source was cut before their end. */
  readonly texts: readonly EncodedText[];
}

export type UnderstandMail = (mail: FetchedSource, mailbox: MailboxFacts) => Promise<UnderstoodMail>;

export interface Understanding {
  readonly read: (source: Uint8Array, header: Header, texts: readonly EncodedText[]) => Promise<ReadableMail>;
  readonly judge: JudgeAuthenticity;
  readonly sites: Pick<SiteBook, 'find'>;
  /** `login.shop.example` → `shop.example`; null for what is no domain. */
  readonly toRegistrableDomain: (domain: string) => string | null;
}

/** So many times a forwarded mail may have been forwarded before. */
const MOST_FORWARDS = 3;

/** What a mail says, to whom, from which site, and whether that is true. */
export function createUnderstandMail({ read, judge, sites, toRegistrableDomain }: Understanding): UnderstandMail {
  return async ({ source, isWhole, texts }, mailbox) => {
    const header = readHeader(source);
    const from = readSender(header);
    const [shown, { authenticity, isTemporary }] = await Promise.all([
      read(source, header, texts),
      judge({ source, isWhole, header, sender: from, authservId: mailbox.authservId }),
    ]);
    const outer = { ...findRoute(header, mailbox.username), sender: from, mail: shown };
    const { sender, recipient, forwarded, mail } = openForwards(outer, authenticity, mailbox.forwarders);
    const address = comparedAddress(sender);
    const knownSite = address === null ? undefined : sites.find(address, mail.subject);
    const refused = isRefused(authenticity, knownSite?.rules.authenticity ?? 'preferred');
    return {
      finding: readForSite(mail, knownSite),
      knownSite: knownSite && { slug: knownSite.rules.slug, revision: knownSite.rules.revision },
      site: knownSite?.rules.slug ?? (sender.domain === null ? null : (toRegistrableDomain(sender.domain) ?? sender.domain)),
      recipient,
      forwarded,
      authenticity,
      refused,
      isTemporary: refused && isTemporary,
      from: sender.address,
      subject: mail.subject,
    };
  };
}

interface Arrival {
  readonly sender: Sender;
  readonly recipient: string | null;
  readonly forwarded: ForwardingRoute;
  readonly mail: Pick<InnerMail, 'subject' | 'lines' | 'links'>;
}

/**
 * The mail that the site wrote, where a trusted forwarder has sent it on within one of its own: the forwarder is believed what it says of
 * sender and recipient, so that a mail which is not truly the forwarder's is not opened. Without a recipient inside, it was the forwarder's.
 */
function openForwards(outer: Arrival, authenticity: Authenticity, forwarders: readonly string[]): Arrival {
  const trusted = new Set(forwarders.map((address) => address.toLowerCase()));
  let arrival = outer;
  for (let opened = 0; opened < MOST_FORWARDS; opened++) {
    const { sender, mail } = arrival;
    const inner = authenticity === 'fail' || !trusted.has(sender.address ?? '') ? undefined : openForward(mail);
    if (inner === undefined) break;
    arrival = { sender: toSender(inner.from), recipient: inner.to ?? sender.address, forwarded: 'inline', mail: inner };
  }
  return arrival;
}

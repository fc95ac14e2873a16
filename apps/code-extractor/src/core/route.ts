import type { ForwardingRoute } from '@otterpost/contracts/extraction';
import { domainOf } from '@otterpost/contracts/sender';

import { addressesIn, type Header, valuesOf } from './header.ts';

/** How a mail came to the mailbox, and to whom its sender wrote it. */
export interface Route {
  readonly forwarded: Exclude<ForwardingRoute, 'inline'>;
  /** Lower-cased and whole: a `+tag` belongs to what was typed at the site. */
  readonly recipient: string | null;
}

/** For whom the server took the mail (Postfix, Exim, IONOS, Gandi, Fastmail). */
const ENVELOPE = ['x-original-to', 'envelope-to', 'x-envelope-to', 'x-delivered-to', 'x-original-delivered-to'];
/** Who passed the mail on: Gmail's forward names who it was for before those it goes to; Sieve and a redirect name themselves. */
const PASSED_ON_BY = ['x-forwarded-for', 'x-sieve-redirected-from', 'resent-from', 'resent-sender'];
const PASSED_ON_TO = ['x-forwarded-to', 'resent-to', 'resent-cc'];
const ADDRESSED = ['to', 'cc'];

/**
 * Whom the mail is for. Where it was passed on (automatic forward, redirect), `To` still names whom the site wrote to, and the marks of the
 * route name whose mailbox passed it on. Where it came straight, the envelope names whom it is for (a catch-all mailbox), then `To`. An
 * address with a `+tag` is taken rather than the same one without. The mailbox's own address is the last to be taken.
 */
export function findRoute(header: Header, mailboxUsername: string | null): Route {
  const found = (names: readonly string[]): string[] => names.flatMap((name) => marksOf(header, name));
  const own = mailboxUsername?.toLowerCase() ?? null;
  const addressed = found(ADDRESSED);
  const delivered = found(['delivered-to']);
  const forwarded = routeOf(header, delivered);
  const by = found(PASSED_ON_BY);
  // Gmail writes "for, to" into one field.
  const [passedOnBy, passedOnTo] = [by.slice(0, 1), [...by.slice(1), ...found(PASSED_ON_TO)]];
  const marks = forwarded === 'none' ? found(ENVELOPE) : [];
  const candidates = [...marks, ...addressed, ...passedOnBy, ...delivered].filter(
    (address) => !isOwn(address, own) && (forwarded === 'none' || !passedOnTo.includes(address)),
  );
  const hints = forwarded === 'none' ? marks : [...passedOnBy, ...delivered.slice(0, 1)];
  const typed = addressed.find((address) => !isOwn(address, own) && hints.some((hint) => isSameMailbox(address, hint)));
  return { forwarded, recipient: typed ?? candidates[0] ?? addressed[0] ?? delivered[0] ?? own };
}

function routeOf(header: Header, delivered: readonly string[]): Route['forwarded'] {
  const has = (name: string): boolean => valuesOf(header, name).length > 0;
  if (has('resent-from') || has('resent-to') || has('resent-sender')) return 'redirect';
  if (has('x-forwarded-for') || has('x-forwarded-to') || has('x-sieve-redirected-from')) return 'auto';
  const [first = ''] = delivered;
  return delivered.some((address) => !isSameMailbox(address, first) && domainOf(address) !== domainOf(first)) ? 'auto' : 'none';
}

/** The first hop's mark lies lowest: it is nearest to what the sender meant. Lists separate by commas, Gmail by a blank. */
function marksOf(header: Header, name: string): string[] {
  return valuesOf(header, name)
    .reverse()
    .flatMap((value) =>
      ADDRESSED.includes(name) ? addressesIn(value) : addressesIn(value.replace(/(@[^\s,<>]+)\s+(?=[^\s,<>]+@)/g, '$1, ')),
    );
}

/** A username may be an address, or its local part alone. */
function isOwn(address: string, own: string | null): boolean {
  return own !== null && (address === own || (!own.includes('@') && address.slice(0, address.lastIndexOf('@')) === own));
}

/** The same but for a `+tag`, and for Gmail's dots. */
function isSameMailbox(one: string, other: string): boolean {
  return mailboxOf(one) === mailboxOf(other);
}

function mailboxOf(address: string): string {
  const domain = domainOf(address).replace(/^googlemail\.com$/, 'gmail.com');
  const local = address.slice(0, address.lastIndexOf('@')).replace(/\+.*$/, '');
  return `${domain === 'gmail.com' ? local.replaceAll('.', '') : local}@${domain}`;
}

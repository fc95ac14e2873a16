import { domainOf, toAsciiDomain } from '@otterpost/contracts/sender';

import { addressesIn, type Header, valuesOf } from './header.ts';

/** Who wrote the mail, as its one `From` says. */
export interface Sender {
  /** Lower-cased, as it stands there; null when there is none, or more than one. */
  readonly address: string | null;
  /** Its domain in ASCII; null also for a domain that only imitates another. */
  readonly domain: string | null;
}

const NOBODY: Sender = { address: null, domain: null };

/** RFC 5322 section 3.6 allows one `From`; what has several shows one to people and another to those who check it. */
export function readSender(header: Header): Sender {
  const fields = valuesOf(header, 'from');
  const addresses = fields.flatMap(addressesIn);
  return fields.length === 1 && addresses.length === 1 ? toSender(addresses[0] ?? null) : NOBODY;
}

export function toSender(address: string | null): Sender {
  return address === null ? NOBODY : { address, domain: toAsciiDomain(domainOf(address)) };
}

/** The address by which a site is found. */
export function comparedAddress({ address, domain }: Sender): string | null {
  return address === null || domain === null ? null : `${address.slice(0, address.lastIndexOf('@'))}@${domain}`;
}

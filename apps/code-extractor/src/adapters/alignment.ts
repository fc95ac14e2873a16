import { getDomain } from 'tldts';

/** `login.shop.example` → `shop.example`; null for what is no domain, and for a public suffix. */
export function toRegistrableDomain(domain: string): string | null {
  return getDomain(domain);
}

/** The same owner: what is under a suffix that its owner lets to others (`github.io`) has owners of its own. */
export function isAligned(one: string, other: string): boolean {
  return ownerOf(one) !== null && ownerOf(one) === ownerOf(other);
}

function ownerOf(domain: string): string | null {
  return getDomain(domain, { allowPrivateDomains: true });
}

import * as z from 'zod';

/** Letters, digits, hyphens (RFC 5890 section 2.3.1), and the underscore that some senders' hosts have. */
const ASCII_DOMAIN = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** Dots of other scripts, which a resolver would take for one, and characters that are not seen. */
const MISLEADING = /[\u3002\uff0e\uff61]|\p{Default_Ignorable_Code_Point}/u;

/**
 * A mail domain as it is compared: lower-cased, in A-labels (RFC 5890 section 2.3.2.1). Null for what is none, and for what is another
 * domain's name in other characters (full-width letters, unseen ones): such a spelling must not become the domain that it imitates.
 */
export function toAsciiDomain(text: string): string | null {
  const domain = text.toLowerCase();
  if (/^[\x21-\x7e]+$/.test(domain)) return ASCII_DOMAIN.test(domain) ? domain : null;
  if (domain.normalize('NFKC') !== domain || MISLEADING.test(domain) || /[\s/@:?#\\]/.test(domain)) return null;
  try {
    const { hostname } = new URL(`http://${domain}`);
    return ASCII_DOMAIN.test(hostname) ? hostname : null;
  } catch {
    return null;
  }
}

/** What stands after the last `@`: only a quoted local part holds another (RFC 5321 section 4.1.2). */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** A domain, which stands for its subdomains too, or one address; compared without case. */
export const SiteSender = z
  .string()
  .trim()
  .max(320)
  .transform((sender, context) => {
    const domain = toAsciiDomain(domainOf(sender));
    const local = sender.includes('@') ? sender.slice(0, sender.lastIndexOf('@')).toLowerCase() : undefined;
    if (domain?.includes('.') && (local === undefined || /^[^\s@<>"]{1,64}$/u.test(local)))
      return local === undefined ? domain : `${local}@${domain}`;
    context.issues.push({ code: 'custom', message: 'must be a domain like shop.example or an address', input: sender });
    return z.NEVER;
  });

import { RECIPIENT_HEADERS, type ReadableMail } from './mail.ts';

/**
 * Whom the mail is for: the first address that is not the mailbox itself, in the order in which a route leaves its marks; else the
 * mailbox's own.
 */
export function findRecipient(recipients: ReadableMail['recipients'], mailboxUsername: string | null): string | null {
  const own = mailboxUsername?.toLowerCase() ?? null;
  const all = RECIPIENT_HEADERS.flatMap((header) => recipients[header]);
  return all.find((address) => address !== own) ?? all[0] ?? null;
}

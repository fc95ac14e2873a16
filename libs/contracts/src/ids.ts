import * as z from 'zod';

/** Crockford's base32 in lower case: no i, l, o, u, so that an id survives being read aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;

export const ID_PREFIXES = {
  mailbox: 'mbx',
  ticket: 'tkt',
  code: 'cod',
  accountGroup: 'grp',
  account: 'acc',
  accountLease: 'lse',
  import: 'imp',
  key: 'key',
  audit: 'aud',
  forwardingCheck: 'fwd',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

function idSchema<K extends IdKind>(kind: K) {
  const prefix = ID_PREFIXES[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id like ${prefix}_01jd3v6x9k0q2w4e6r8t0y1z3b`)
    .brand<K>();
}

export const MailboxId = idSchema('mailbox');
export type MailboxId = z.infer<typeof MailboxId>;
export const TicketId = idSchema('ticket');
export type TicketId = z.infer<typeof TicketId>;
export const CodeId = idSchema('code');
export type CodeId = z.infer<typeof CodeId>;
export const AccountGroupId = idSchema('accountGroup');
export type AccountGroupId = z.infer<typeof AccountGroupId>;
export const AccountId = idSchema('account');
export type AccountId = z.infer<typeof AccountId>;
export const AccountLeaseId = idSchema('accountLease');
export type AccountLeaseId = z.infer<typeof AccountLeaseId>;
export const ImportId = idSchema('import');
export type ImportId = z.infer<typeof ImportId>;
export const KeyId = idSchema('key');
export type KeyId = z.infer<typeof KeyId>;
export const AuditId = idSchema('audit');
export type AuditId = z.infer<typeof AuditId>;
export const ForwardingCheckId = idSchema('forwardingCheck');
export type ForwardingCheckId = z.infer<typeof ForwardingCheckId>;

/**
 * A new id: its kind's prefix, 48 bits of milliseconds and 80 random bits (the layout of a ULID), so that ids sort by
 * their making and cannot be guessed.
 */
export function newId<K extends IdKind>(kind: K, now: number = Date.now()): string & z.$brand<K> {
  let time = '';
  for (let rest = now, left = TIME_CHARS; left > 0; left--, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  let random = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(RANDOM_CHARS))) random += ALPHABET.charAt(byte & 31);
  return `${ID_PREFIXES[kind]}_${time}${random}` as string & z.$brand<K>;
}

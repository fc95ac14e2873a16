import * as z from 'zod';

import { AccountGroupId, AccountId, AccountLeaseId, KeyId } from './ids.ts';
import { PageQuery, Timestamp } from './page.ts';
import { SiteSlug } from './sites.ts';

/** A name that people read: one line. */
const GroupName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters');

/** The body of `POST /v1/account-groups`. */
export const NewAccountGroup = z.strictObject({ name: GroupName, site: SiteSlug });
export type NewAccountGroup = z.infer<typeof NewAccountGroup>;

/** The body of `PATCH /v1/account-groups/:id`: what is left out stays. */
export const AccountGroupChange = NewAccountGroup.partial();
export type AccountGroupChange = z.infer<typeof AccountGroupChange>;

/** Accounts kept together under a name, for one site. */
export const AccountGroup = z.object({
  id: AccountGroupId,
  name: z.string(),
  site: z.string(),
  accounts: z.int(),
  sessions: z.int().meta({ description: 'Accounts with a saved session' }),
  createdAt: Timestamp,
});
export type AccountGroup = z.infer<typeof AccountGroup>;

export const AccountGroupQuery = PageQuery.extend({ site: SiteSlug.optional(), q: z.string().max(200).optional() });
export type AccountGroupQuery = z.infer<typeof AccountGroupQuery>;

/** One email, of any alphabet: what stands before and after the @ is the site's business. */
export const AccountEmail = z
  .string()
  .max(320)
  .regex(/^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u, 'must be an email address');

/** Any text that a site may take as a password; a NUL or half a character is no text. */
export const AccountPassword = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0\p{Cs}]*$/u, 'must be text without NUL');
const ProxyText = z.string().min(1).max(2000).meta({
  description: 'host:port, host:port:user:password, or a URL with scheme http, https or socks5',
});

export const NewAccount = z.strictObject({ email: AccountEmail, password: AccountPassword, proxy: ProxyText.nullish() });
export type NewAccount = z.infer<typeof NewAccount>;

/** What the holder of an account said of it when giving it back; anything but `ok` keeps it from being leased. */
export const LeaseOutcome = z.enum(['ok', 'bad_credentials', 'blocked']);
export type LeaseOutcome = z.infer<typeof LeaseOutcome>;

/** The body of `PATCH /v1/accounts/:id`: what is left out stays. */
export const AccountChange = z.strictObject({
  email: AccountEmail.optional(),
  password: AccountPassword.optional(),
  proxy: ProxyText.nullish(),
  groupId: AccountGroupId.optional().meta({ description: 'Moves the account to another group' }),
  outcome: z.literal('ok').optional().meta({ description: 'Lets a blocked or cooling account be leased again' }),
});
export type AccountChange = z.infer<typeof AccountChange>;

/** What is known of a saved session without opening it. */
export const SessionState = z.discriminatedUnion('status', [
  z.object({ status: z.literal('none') }),
  z.object({
    status: z.literal('saved'),
    savedAt: Timestamp,
    expiresAt: Timestamp.nullable().meta({ description: 'When the last of its cookies runs out; null where none says' }),
    bytes: z.int(),
    savedBy: z.string().meta({ description: 'The key that saved it' }),
    etag: z.string(),
  }),
]);
export type SessionState = z.infer<typeof SessionState>;

/** An account as it is listed: never a secret. */
export const Account = z.object({
  id: AccountId,
  groupId: AccountGroupId,
  email: z.string(),
  proxy: z.string().nullable().meta({ description: 'Its password masked' }),
  session: SessionState,
  lease: z.object({ id: AccountLeaseId, keyId: KeyId, expiresAt: Timestamp }).nullable(),
  outcome: LeaseOutcome.nullable().meta({ description: 'What the last holder said of it' }),
  createdAt: Timestamp,
});
export type Account = z.infer<typeof Account>;

export const AccountQuery = PageQuery.extend({
  q: z.string().max(320).optional().meta({ description: 'A part of the email, without case' }),
  session: z.enum(['saved', 'none']).optional(),
});
export type AccountQuery = z.infer<typeof AccountQuery>;

/** The answer of `GET /v1/accounts/:id/secret`. */
export const AccountSecret = z.object({ password: z.string(), proxy: z.string().nullable() });
export type AccountSecret = z.infer<typeof AccountSecret>;

/** The answer of `POST /v1/account-groups/:id/accounts`. A rejected line stops no other. */
export const AddedAccounts = z.object({
  created: z.int(),
  updated: z.int(),
  rejected: z.array(
    z.object({
      line: z.int().meta({ description: 'Line of a text, or place in an array, from 1' }),
      text: z.string().meta({ description: 'Its secrets masked' }),
      code: z.string(),
      message: z.string(),
    }),
  ),
});
export type AddedAccounts = z.infer<typeof AddedAccounts>;

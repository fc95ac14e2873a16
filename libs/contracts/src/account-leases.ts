import * as z from 'zod';

import { AccountEmail, LeaseOutcome } from './accounts.ts';
import { AccountId, AccountLeaseId } from './ids.ts';
import { Timestamp } from './page.ts';

/** A day at most: what takes longer renews. */
const LeaseFor = z.int().min(1).max(86_400).meta({ description: 'Seconds' });

/** The body of `POST /v1/account-groups/:id/lease`. */
export const LeaseWish = z.strictObject({
  leaseFor: LeaseFor,
  email: AccountEmail.optional().meta({ description: 'This account and no other' }),
  session: z
    .enum(['required', 'any'])
    .default('any')
    .meta({ description: '`required`: only one with a session that has not run out' }),
  exclude: z
    .array(z.union([AccountId, AccountEmail]))
    .max(1000)
    .default([])
    .meta({ description: 'Emails or ids' }),
});
export type LeaseWish = z.infer<typeof LeaseWish>;

/** The account that was free for the longest, held for one key. `id` is the fencing token of what its holder saves. */
export const AccountLease = z.object({
  id: AccountLeaseId,
  expiresAt: Timestamp,
  account: z.object({
    id: AccountId,
    email: z.string(),
    password: z.string(),
    proxy: z.string().nullable(),
    session: z.json().nullable().meta({ description: 'As it was saved; null where there is none, or it has run out' }),
  }),
});
export type AccountLease = z.infer<typeof AccountLease>;

/** The body of `POST /v1/leases/:id/renew`. */
export const LeaseRenewal = z.strictObject({ leaseFor: LeaseFor });
export type LeaseRenewal = z.infer<typeof LeaseRenewal>;

/** The body of `POST /v1/leases/:id/release`. */
export const LeaseRelease = z.strictObject({
  outcome: LeaseOutcome.default('ok').meta({ description: '`bad_credentials` and `blocked` take the account out of service' }),
  cooldown: z
    .int()
    .min(0)
    .max(31_536_000)
    .optional()
    .meta({ description: 'Seconds until it may be leased again, whatever the outcome' }),
});
export type LeaseRelease = z.infer<typeof LeaseRelease>;

/** What became of a lease. */
export const LeaseState = z.object({
  id: AccountLeaseId,
  accountId: AccountId,
  expiresAt: Timestamp,
  endedAt: Timestamp.nullable(),
});
export type LeaseState = z.infer<typeof LeaseState>;

import type { AccountBatch } from '@otterpost/contracts/account-requests';
import { Failure } from '@otterpost/contracts/failure';
import { parseOrFail } from '@otterpost/contracts/parse';
import * as z from 'zod';

import { batchesOfEntries, batchesOfLines } from '../core/account-batches.ts';

/** Each entry is judged by itself, so that one that is bad stops no other. */
const AccountList = z.strictObject({ accounts: z.array(z.unknown()) });

/** The body of `POST /v1/account-groups/:id/accounts`: a text of lines, or `{accounts: […]}`. */
export function readAccounts(body: unknown): Iterable<AccountBatch> {
  if (typeof body === 'string') return batchesOfLines(body);
  if (body === undefined || body === null)
    throw new Failure('unsupported_media_type', {
      detail: 'Send lines email:password[:proxy] as text/plain, or {"accounts": […]} as application/json',
    });
  return batchesOfEntries(parseOrFail(AccountList, body).accounts);
}

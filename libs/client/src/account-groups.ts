import type { AccountLease, LeaseWish } from '@otterpost/contracts/account-leases';
import type { Account } from '@otterpost/contracts/accounts';
import type { ExportQuery } from '@otterpost/contracts/imports';
import type * as z from 'zod';

import type { CallOptions, GatewayConnection } from './gateway-connection.ts';
import { HeldAccount } from './held-account.ts';
import { everyItem } from './pages.ts';

export interface AccountGroup {
  readonly id: string;
  readonly name: string;
  readonly site: string;
  readonly accounts: number;
  readonly sessions: number;
  readonly createdAt: string;
}

/** An account as it is imported. */
export interface AccountLine {
  readonly email: string;
  readonly password: string;
  readonly proxy?: string;
}

/** What became of each line; a rejected one never stops the others. */
export interface ImportedAccounts {
  readonly created: number;
  readonly updated: number;
  readonly rejected: readonly { line: number; text: string; code: string; message: string }[];
}

/** Accounts kept together under a name, for one site. */
export class AccountGroups {
  readonly #connection: GatewayConnection;

  constructor(connection: GatewayConnection) {
    this.#connection = connection;
  }

  list(options: CallOptions = {}): AsyncGenerator<AccountGroup, void, undefined> {
    return everyItem(this.#connection, 'account-groups', {}, options);
  }

  create(group: { name: string; site: string }, options: CallOptions = {}): Promise<AccountGroup> {
    return this.#connection.call({ ...options, method: 'POST', path: 'account-groups', body: group });
  }

  /** @param accounts lines `email:password[:proxy]`, or the accounts themselves */
  importAccounts(id: string, accounts: string | readonly AccountLine[], options: CallOptions = {}): Promise<ImportedAccounts> {
    return this.#connection.call({
      ...options,
      method: 'POST',
      path: `account-groups/${encodeURIComponent(id)}/accounts`,
      body: typeof accounts === 'string' ? accounts : { accounts },
    });
  }

  /**
   * A group as a file, or every group that the key may see, as it comes; its secrets stand in it in clear, and the audit says
   * who read it. `txt` is for one group.
   *
   * @throws OtterpostError `unreachable` when the file breaks off: what came until then is not the whole
   */
  export(
    { groupId, format }: { groupId?: string | undefined; format?: ExportQuery['format'] | undefined } = {},
    options: CallOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const path = groupId === undefined ? 'account-groups/export' : `account-groups/${encodeURIComponent(groupId)}/export`;
    return this.#connection.download({ ...options, method: 'GET', path, query: { format } });
  }

  accounts(
    id: string,
    query: { q?: string; session?: 'saved' | 'none' } = {},
    options: CallOptions = {},
  ): AsyncGenerator<Account, void, undefined> {
    return everyItem(this.#connection, `account-groups/${encodeURIComponent(id)}/accounts`, query, options);
  }

  /**
   * The account that has been free for the longest, for this worker alone.
   *
   * @throws OtterpostError `no_free_account`
   */
  async lease(id: string, wish: z.input<typeof LeaseWish>, options: CallOptions = {}): Promise<HeldAccount> {
    const path = `account-groups/${encodeURIComponent(id)}/lease`;
    const lease: AccountLease = await this.#connection.call({ ...options, method: 'POST', path, body: wish });
    return new HeldAccount(this.#connection, lease);
  }
}

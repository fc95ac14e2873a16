import type { AccountLease, LeaseRelease, LeaseState } from '@otterpost/contracts/account-leases';
import type { SessionState } from '@otterpost/contracts/accounts';

import type { CallOptions, GatewayConnection } from './gateway-connection.ts';

/** An account that is this worker's until it is released or the lease runs out. */
export class HeldAccount {
  readonly account: AccountLease['account'];
  readonly id: string;
  #expiresAt: string;
  readonly #connection: GatewayConnection;

  constructor(connection: GatewayConnection, lease: AccountLease) {
    this.#connection = connection;
    this.id = lease.id;
    this.account = lease.account;
    this.#expiresAt = lease.expiresAt;
  }

  /** ISO 8601. */
  get expiresAt(): string {
    return this.#expiresAt;
  }

  /** @param leaseFor seconds from now. @throws OtterpostError `lease_ended` when the account is another's, or nobody's. */
  async renew(leaseFor: number, options: CallOptions = {}): Promise<void> {
    const { expiresAt } = await this.#post<LeaseState>('renew', { leaseFor }, options);
    this.#expiresAt = expiresAt;
  }

  /** Gives the account back and says how it was; safe to repeat. */
  async release(how: Partial<LeaseRelease> = {}, options: CallOptions = {}): Promise<void> {
    await this.#post('release', how, options);
  }

  /** Saves what `context.storageState()` gave, or any JSON. @throws OtterpostError `stale_fence` once the lease has passed on. */
  saveSession(session: unknown, options: CallOptions = {}): Promise<SessionState> {
    return this.#connection.call({
      ...options,
      method: 'PUT',
      path: `accounts/${this.account.id}/session`,
      query: { lease: this.id },
      body: JSON.stringify(session),
      headers: { 'content-type': 'application/json' },
    });
  }

  #post<T>(verb: string, body: object, options: CallOptions): Promise<T> {
    return this.#connection.call({ ...options, method: 'POST', path: `leases/${this.id}/${verb}`, body });
  }
}

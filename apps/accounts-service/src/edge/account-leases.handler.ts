import { Controller, Inject } from '@nestjs/common';
import { leaseAccount, releaseLease, renewLease } from '@otterpost/contracts/account-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { ACCOUNT_LEASES, type AccountLeases } from '../core/account-leases.ts';

@Controller()
export class AccountLeasesHandler {
  constructor(@Inject(ACCOUNT_LEASES) private readonly leases: AccountLeases) {}

  @OnRequest(leaseAccount)
  lease({ caller, id, wish, request }: z.output<typeof leaseAccount.request>): Promise<ReplyOf<typeof leaseAccount>> {
    return this.leases.lease(caller, id, wish, request);
  }

  @OnRequest(renewLease)
  renew({ caller, id, renewal }: z.output<typeof renewLease.request>): Promise<ReplyOf<typeof renewLease>> {
    return this.leases.renew(caller, id, renewal);
  }

  @OnRequest(releaseLease)
  release({ caller, id, release }: z.output<typeof releaseLease.request>): Promise<ReplyOf<typeof releaseLease>> {
    return this.leases.release(caller, id, release);
  }
}

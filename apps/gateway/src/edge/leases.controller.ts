import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { type AccountLease, LeaseRelease, LeaseRenewal, type LeaseState, LeaseWish } from '@otterpost/contracts/account-leases';
import type { Caller } from '@otterpost/contracts/caller';
import { AccountGroupId, AccountLeaseId } from '@otterpost/contracts/ids';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { CalledBy } from './caller.guard.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

/** Nothing need be said of an account that was all right. */
const GivenBack = z.preprocess((body) => body ?? {}, LeaseRelease);

/** One account for one worker. */
@Controller('v1')
export class LeasesController {
  constructor(@Inject(ACCOUNT_DESK) private readonly desk: AccountDesk) {}

  @Post('account-groups/:id/lease')
  async lease(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
    @Body({ schema: LeaseWish }) wish: LeaseWish,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountLease> {
    const { lease, isNew } = await this.desk.lease(caller, id, wish, readIdempotencyKey(idempotencyKey));
    reply.status(isNew ? 201 : 200).header('cache-control', 'no-store');
    return lease;
  }

  @Post('leases/:id/renew')
  @HttpCode(200)
  renew(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountLeaseId }) id: AccountLeaseId,
    @Body({ schema: LeaseRenewal }) renewal: LeaseRenewal,
  ): Promise<LeaseState> {
    return this.desk.renew(caller, id, renewal);
  }

  @Post('leases/:id/release')
  @HttpCode(200)
  release(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountLeaseId }) id: AccountLeaseId,
    @Body({ schema: GivenBack }) release: LeaseRelease,
  ): Promise<LeaseState> {
    return this.desk.release(caller, id, release);
  }
}

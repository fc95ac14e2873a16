import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { AccountLease, LeaseRelease, LeaseRenewal, LeaseState, LeaseWish } from '@otterpost/contracts/account-leases';
import type { Caller } from '@otterpost/contracts/caller';
import { AccountGroupId, AccountLeaseId } from '@otterpost/contracts/ids';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { CalledBy } from './caller.guard.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { Described } from './openapi/described.ts';

/** Nothing need be said of an account that was all right. */
const GivenBack = z.preprocess((body) => body ?? {}, LeaseRelease);

/** One account for one worker. */
@Controller('v1')
export class LeasesController {
  constructor(@Inject(ACCOUNT_DESK) private readonly desk: AccountDesk) {}

  @Post('account-groups/:id/lease')
  @Described({
    summary: 'Leases one free account of a group, the longest unused first',
    answer: AccountLease,
    also: { 200: 'The lease that this Idempotency-Key took before' },
    headers: { 'Idempotency-Key': 'Takes one lease, however often it is sent' },
    example: { leaseFor: 300 },
    fails: ['no_free_account', 'idempotency_key_reused', 'group_not_allowed', 'unsealing_failed'],
  })
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
  @Described({ summary: 'Holds a lease longer', answer: LeaseState, example: { leaseFor: 300 }, fails: ['lease_ended'] })
  renew(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountLeaseId }) id: AccountLeaseId,
    @Body({ schema: LeaseRenewal }) renewal: LeaseRenewal,
  ): Promise<LeaseState> {
    return this.desk.renew(caller, id, renewal);
  }

  @Post('leases/:id/release')
  @HttpCode(200)
  @Described({
    summary: 'Gives an account back, with how it fared',
    answer: LeaseState,
    example: { outcome: 'ok' },
    fails: ['lease_ended'],
  })
  release(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountLeaseId }) id: AccountLeaseId,
    @Body({ schema: GivenBack }) release: LeaseRelease,
  ): Promise<LeaseState> {
    return this.desk.release(caller, id, release);
  }
}

import { Controller, Inject } from '@nestjs/common';
import { LeaseRelease, LeaseRenewal, LeaseWish } from '@otterpost/contracts/account-leases';
import { Failure } from '@otterpost/contracts/failure';
import { AccountGroupId, AccountId, AccountLeaseId } from '@otterpost/contracts/ids';
import { parseOrFail } from '@otterpost/contracts/parse';
import * as z from 'zod';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { DOORKEEPER, type Doorkeeper } from '../core/caller.ts';
import { type GrpcCaller, OnGrpcCall } from './grpc-call.ts';
import { toMessage } from './grpc-messages.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { readCondition } from './session-condition.ts';

const LARGEST_SESSION = 1024 * 1024;
const LeaseMessage = LeaseWish.extend({ groupId: AccountGroupId });
const RenewMessage = LeaseRenewal.extend({ id: AccountLeaseId });
const ReleaseMessage = LeaseRelease.extend({ id: AccountLeaseId });
const GetMessage = z.strictObject({ id: AccountId, lease: AccountLeaseId.optional() });
const ClearMessage = GetMessage.extend({ ifMatch: z.string().optional() });
const SaveMessage = ClearMessage.extend({ session: z.string(), ifNoneMatch: z.string().optional() });

type Body = Record<string, unknown>;

/** `otterpost.v1.AccountService` (libs/contracts/proto). */
@Controller()
export class GrpcAccountsHandler {
  constructor(
    @Inject(ACCOUNT_DESK) private readonly desk: AccountDesk,
    @Inject(DOORKEEPER) private readonly doorkeeper: Doorkeeper,
  ) {}

  @OnGrpcCall('LeaseAccount', 'AccountService')
  async lease(body: Body, { authorization, idempotencyKey }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { groupId, ...wish } = parseOrFail(LeaseMessage, body);
    const { lease } = await this.desk.lease(caller, groupId, wish, readIdempotencyKey(idempotencyKey));
    const { session, ...account } = lease.account;
    return toMessage({ ...lease, account: { ...account, session: session === null ? null : JSON.stringify(session) } });
  }

  @OnGrpcCall('RenewLease', 'AccountService')
  async renew(body: Body, { authorization }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { id, ...renewal } = parseOrFail(RenewMessage, body);
    return toMessage(await this.desk.renew(caller, id, renewal));
  }

  @OnGrpcCall('ReleaseLease', 'AccountService')
  async release(body: Body, { authorization }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { id, ...release } = parseOrFail(ReleaseMessage, body);
    return toMessage(await this.desk.release(caller, id, release));
  }

  @OnGrpcCall('GetSession', 'AccountService')
  async load(body: Body, { authorization }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { text, state } = await this.desk.loadSession(caller, parseOrFail(GetMessage, body));
    return toMessage({ session: text, state });
  }

  @OnGrpcCall('SaveSession', 'AccountService')
  async save(body: Body, { authorization }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { session, ifMatch, ifNoneMatch, ...asked } = parseOrFail(SaveMessage, body);
    if (Buffer.byteLength(session) > LARGEST_SESSION)
      throw new Failure('payload_too_large', { detail: 'A session has at most 1 MiB' });
    const condition = readCondition({ 'if-match': ifMatch, 'if-none-match': ifNoneMatch });
    return toMessage(await this.desk.saveSession(caller, asked, session, condition));
  }

  @OnGrpcCall('ClearSession', 'AccountService')
  async clear(body: Body, { authorization }: GrpcCaller): Promise<unknown> {
    const caller = await this.doorkeeper.identify(authorization, null);
    const { ifMatch, ...asked } = parseOrFail(ClearMessage, body);
    await this.desk.clearSession(caller, asked, readCondition({ 'if-match': ifMatch }));
    return {};
  }
}

import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Put,
  Query,
  type RawBodyRequest,
  Req,
  Res,
} from '@nestjs/common';
import { SessionState } from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import { AccountId, AccountLeaseId } from '@otterpost/contracts/ids';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';
import { readCondition, toEntityTag } from './session-condition.ts';

/** The fencing token: a save by a lease that has passed to another is refused. */
const SessionQuery = z.strictObject({ lease: AccountLeaseId.optional() });
type SessionQuery = z.output<typeof SessionQuery>;
type HeaderValues = Readonly<Record<string, string | string[] | undefined>>;

/** A worker's sessions are those of the accounts that it has leased. */
@Controller('v1')
export class SessionsController {
  constructor(@Inject(ACCOUNT_DESK) private readonly desk: AccountDesk) {}

  /** Kept as it came, to the letter. */
  @Put('accounts/:id/session')
  @Described({
    summary: 'Saves the session of an account',
    answer: SessionState,
    bodies: { 'application/json': z.unknown() },
    headers: {
      'If-Match': 'Only in place of this one (RFC 9110 section 13.1.1)',
      'If-None-Match': '`*`: only where there is none',
    },
    fails: ['session_changed', 'lease_ended', 'stale_fence'],
  })
  async save(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountId }) id: AccountId,
    @Query({ schema: SessionQuery }) { lease }: SessionQuery,
    @Headers() headers: HeaderValues,
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionState> {
    const state = await this.desk.saveSession(caller, { id, lease }, textOf(request), readCondition(headers));
    tag(reply, state);
    return state;
  }

  @Get('accounts/:id/session')
  @Described({ summary: 'The session as it was saved', answer: z.unknown(), fails: ['lease_ended'] })
  async load(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountId }) id: AccountId,
    @Query({ schema: SessionQuery }) { lease }: SessionQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { text, state } = await this.desk.loadSession(caller, { id, lease });
    tag(reply, state);
    reply.header('cache-control', 'no-store').type('application/json').send(text);
  }

  @Delete('accounts/:id/session')
  @HttpCode(204)
  @Described({
    summary: 'Clears the session of an account',
    headers: { 'If-Match': 'Only this one' },
    fails: ['session_changed', 'lease_ended', 'stale_fence'],
  })
  clear(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountId }) id: AccountId,
    @Query({ schema: SessionQuery }) { lease }: SessionQuery,
    @Headers() headers: HeaderValues,
  ): Promise<void> {
    return this.desk.clearSession(caller, { id, lease }, readCondition(headers));
  }

  /** All that the key may see. */
  @Delete('sessions')
  @Needs('operator')
  @Described({ summary: 'Clears all sessions that the key may see', answer: z.object({ cleared: z.int() }) })
  async clearAll(@CalledBy() caller: Caller): Promise<{ cleared: number }> {
    return { cleared: await this.desk.clearSessions(caller, null) };
  }
}

function textOf({ rawBody }: RawBodyRequest<FastifyRequest>): string {
  if (rawBody === undefined || rawBody.length === 0)
    throw new Failure('invalid_json', { detail: 'Send the session as application/json' });
  return rawBody.toString();
}

function tag(reply: FastifyReply, state: SessionState): void {
  if (state.status === 'saved') reply.header('etag', toEntityTag(state.etag));
}

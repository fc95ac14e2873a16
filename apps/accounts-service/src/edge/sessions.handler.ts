import { Controller, Inject } from '@nestjs/common';
import { clearSession, clearSessions, loadSession, saveSession } from '@otterpost/contracts/account-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { ACCOUNT_GROUPS, type AccountGroups, noSuchGroup } from '../core/account-groups.ts';
import { OPEN_FROM, type OpenFrom } from '../core/open-from.ts';
import { describeSession } from '../core/session.ts';
import { SESSION_STORE, type SessionStore } from '../core/sessions.ts';

@Controller()
export class SessionsHandler {
  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(ACCOUNT_GROUPS) private readonly groups: AccountGroups,
    @Inject(OPEN_FROM) private readonly openFrom: OpenFrom,
  ) {}

  @OnRequest(saveSession)
  async save({ session, condition, ...claim }: z.output<typeof saveSession.request>): Promise<ReplyOf<typeof saveSession>> {
    const text = this.openFrom(saveSession.subject, session);
    return this.store.save(claim, text, describeSession(text, new Date()), condition);
  }

  @OnRequest(loadSession)
  load(claim: z.output<typeof loadSession.request>): Promise<ReplyOf<typeof loadSession>> {
    return this.store.load(claim);
  }

  @OnRequest(clearSession)
  async clear({ condition, ...claim }: z.output<typeof clearSession.request>): Promise<ReplyOf<typeof clearSession>> {
    await this.store.clear(claim, condition);
    return {};
  }

  @OnRequest(clearSessions)
  async clearSome({ caller, groupId }: z.output<typeof clearSessions.request>): Promise<ReplyOf<typeof clearSessions>> {
    if (groupId !== null && (await this.groups.find(caller, groupId)) === undefined) throw noSuchGroup(groupId);
    return this.store.clearSome(caller, groupId);
  }
}

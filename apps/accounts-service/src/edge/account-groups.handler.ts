import { Controller, Inject } from '@nestjs/common';
import {
  changeAccountGroup,
  createAccountGroup,
  deleteAccountGroup,
  getAccountGroup,
  listAccountGroups,
} from '@otterpost/contracts/account-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { ACCOUNT_GROUPS, type AccountGroups, assertMayMake, assertMayUseSite, noSuchGroup } from '../core/account-groups.ts';

@Controller()
export class AccountGroupsHandler {
  constructor(@Inject(ACCOUNT_GROUPS) private readonly groups: AccountGroups) {}

  @OnRequest(createAccountGroup)
  async create({ caller, id, group }: z.output<typeof createAccountGroup.request>): Promise<ReplyOf<typeof createAccountGroup>> {
    assertMayMake(caller, group.site);
    return this.groups.create(group, id);
  }

  @OnRequest(getAccountGroup)
  async get({ caller, id }: z.output<typeof getAccountGroup.request>): Promise<ReplyOf<typeof getAccountGroup>> {
    const group = await this.groups.find(caller, id);
    if (group === undefined) throw noSuchGroup(id);
    return group;
  }

  @OnRequest(listAccountGroups)
  list({ caller, query }: z.output<typeof listAccountGroups.request>): Promise<ReplyOf<typeof listAccountGroups>> {
    return this.groups.list(caller, query);
  }

  @OnRequest(changeAccountGroup)
  async change({ caller, id, change }: z.output<typeof changeAccountGroup.request>): Promise<ReplyOf<typeof changeAccountGroup>> {
    if (change.site !== undefined) assertMayUseSite(caller, change.site);
    const group = await this.groups.change(caller, id, change);
    if (group === undefined) throw noSuchGroup(id);
    return group;
  }

  @OnRequest(deleteAccountGroup)
  async delete({ caller, id }: z.output<typeof deleteAccountGroup.request>): Promise<ReplyOf<typeof deleteAccountGroup>> {
    if (!(await this.groups.delete(caller, id))) throw noSuchGroup(id);
    return {};
  }
}

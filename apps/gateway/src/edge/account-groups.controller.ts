import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import {
  changeAccountGroup,
  createAccountGroup,
  deleteAccountGroup,
  getAccountGroup,
  listAccountGroups,
} from '@otterpost/contracts/account-requests';
import { type AccountGroup, AccountGroupChange, AccountGroupQuery, NewAccountGroup } from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import { AccountGroupId } from '@otterpost/contracts/ids';
import type { Page } from '@otterpost/contracts/page';

import { SUITE, type Suite } from '../core/suite.ts';
import { CalledBy, Needs } from './caller.guard.ts';

@Controller('v1/account-groups')
@Needs('operator')
export class AccountGroupsController {
  constructor(@Inject(SUITE) private readonly suite: Suite) {}

  @Post()
  create(@CalledBy() caller: Caller, @Body({ schema: NewAccountGroup }) group: NewAccountGroup): Promise<AccountGroup> {
    return this.suite.ask(createAccountGroup, { caller, group });
  }

  @Get()
  list(@CalledBy() caller: Caller, @Query({ schema: AccountGroupQuery }) query: AccountGroupQuery): Promise<Page<AccountGroup>> {
    return this.suite.ask(listAccountGroups, { caller, query });
  }

  @Get(':id')
  get(@CalledBy() caller: Caller, @Param('id', { schema: AccountGroupId }) id: AccountGroupId): Promise<AccountGroup> {
    return this.suite.ask(getAccountGroup, { caller, id });
  }

  @Patch(':id')
  change(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
    @Body({ schema: AccountGroupChange }) change: AccountGroupChange,
  ): Promise<AccountGroup> {
    return this.suite.ask(changeAccountGroup, { caller, id, change });
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@CalledBy() caller: Caller, @Param('id', { schema: AccountGroupId }) id: AccountGroupId): Promise<void> {
    await this.suite.ask(deleteAccountGroup, { caller, id });
  }
}

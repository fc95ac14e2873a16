import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import {
  changeAccountGroup,
  createAccountGroup,
  deleteAccountGroup,
  getAccountGroup,
  listAccountGroups,
  listAccounts,
} from '@otterpost/contracts/account-requests';
import {
  type Account,
  type AccountGroup,
  AccountGroupChange,
  AccountGroupQuery,
  AccountQuery,
  type AddedAccounts,
  NewAccountGroup,
} from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import { AccountGroupId } from '@otterpost/contracts/ids';
import type { Page } from '@otterpost/contracts/page';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { SUITE, type Suite } from '../core/suite.ts';
import { readAccounts } from './account-body.ts';
import { CalledBy, Needs } from './caller.guard.ts';

@Controller('v1/account-groups')
@Needs('operator')
export class AccountGroupsController {
  constructor(
    @Inject(SUITE) private readonly suite: Suite,
    @Inject(ACCOUNT_DESK) private readonly desk: AccountDesk,
  ) {}

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

  @Get(':id/accounts')
  accounts(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
    @Query({ schema: AccountQuery }) query: AccountQuery,
  ): Promise<Page<Account>> {
    return this.suite.ask(listAccounts, { caller, id, query });
  }

  /** Lines as `text/plain`, or JSON `{accounts: […]}`. */
  @Post(':id/accounts')
  add(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
    @Body() body: unknown,
  ): Promise<AddedAccounts> {
    return this.desk.add(caller, id, readAccounts(body));
  }

  @Delete(':id/sessions')
  async clearSessions(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
  ): Promise<{ cleared: number }> {
    return { cleared: await this.desk.clearSessions(caller, id) };
  }
}

import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Patch } from '@nestjs/common';
import { deleteAccount, getAccount } from '@otterpost/contracts/account-requests';
import { Account, AccountChange, AccountSecret } from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import { AccountId } from '@otterpost/contracts/ids';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { SUITE, type Suite } from '../core/suite.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

@Controller('v1/accounts/:id')
@Needs('operator')
export class AccountsController {
  constructor(
    @Inject(SUITE) private readonly suite: Suite,
    @Inject(ACCOUNT_DESK) private readonly desk: AccountDesk,
  ) {}

  @Get()
  @Described({ summary: 'An account, without its secrets', answer: Account })
  get(@CalledBy() caller: Caller, @Param('id', { schema: AccountId }) id: AccountId): Promise<Account> {
    return this.suite.ask(getAccount, { caller, id });
  }

  @Patch()
  @Described({
    summary: 'Changes an account, or moves it to another group',
    answer: Account,
    example: { password: 'holt-0452' },
    fails: ['account_exists', 'group_not_allowed', 'site_not_allowed'],
  })
  change(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountId }) id: AccountId,
    @Body({ schema: AccountChange }) change: AccountChange,
  ): Promise<Account> {
    return this.desk.change(caller, id, change);
  }

  @Delete()
  @HttpCode(204)
  @Described({ summary: 'Deletes an account' })
  async delete(@CalledBy() caller: Caller, @Param('id', { schema: AccountId }) id: AccountId): Promise<void> {
    await this.suite.ask(deleteAccount, { caller, id });
  }

  @Get('secret')
  @Header('cache-control', 'no-store')
  @Described({ summary: 'The secrets of an account; audited', answer: AccountSecret, fails: ['unsealing_failed'] })
  reveal(@CalledBy() caller: Caller, @Param('id', { schema: AccountId }) id: AccountId): Promise<AccountSecret> {
    return this.desk.reveal(caller, id);
  }
}

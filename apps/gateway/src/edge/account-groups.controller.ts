import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  changeAccountGroup,
  createAccountGroup,
  deleteAccountGroup,
  getAccountGroup,
  listAccountGroups,
  listAccounts,
} from '@otterpost/contracts/account-requests';
import {
  Account,
  AccountGroup,
  AccountGroupChange,
  AccountGroupQuery,
  AccountQuery,
  AddedAccounts,
  NewAccount,
  NewAccountGroup,
} from '@otterpost/contracts/accounts';
import type { Caller } from '@otterpost/contracts/caller';
import { AccountGroupId, newId } from '@otterpost/contracts/ids';
import { type Page, pageOf } from '@otterpost/contracts/page';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { ONCE_ONLY, type OnceOnly } from '../core/once-only.ts';
import { SUITE, type Suite } from '../core/suite.ts';
import { readAccounts } from './account-body.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { Described } from './openapi/described.ts';

@Controller('v1/account-groups')
@Needs('operator')
export class AccountGroupsController {
  constructor(
    @Inject(SUITE) private readonly suite: Suite,
    @Inject(ACCOUNT_DESK) private readonly desk: AccountDesk,
    @Inject(ONCE_ONLY) private readonly once: OnceOnly,
  ) {}

  @Post()
  @Described({
    summary: 'Makes a group of accounts for a site',
    answer: AccountGroup,
    also: { 200: 'The group that this Idempotency-Key made before, as it is now' },
    headers: { 'Idempotency-Key': 'Makes one group, however often it is sent' },
    example: { name: 'Browser tests', site: 'riverbank' },
    fails: ['account_group_exists', 'site_not_allowed', 'group_not_allowed', 'idempotency_key_reused', 'not_found'],
  })
  async create(
    @CalledBy() caller: Caller,
    @Body({ schema: NewAccountGroup }) group: NewAccountGroup,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountGroup> {
    const { thing, isNew } = await this.once.make({
      caller,
      idempotencyKey: readIdempotencyKey(idempotencyKey),
      asked: ['account-groups', group],
      id: newId('accountGroup'),
      make: (id) => this.suite.ask(createAccountGroup, { caller, id, group }),
      find: (id) => this.suite.ask(getAccountGroup, { caller, id }),
    });
    reply.status(isNew ? 201 : 200);
    return thing;
  }

  @Get()
  @Described({ summary: 'Account groups', answer: pageOf(AccountGroup) })
  list(@CalledBy() caller: Caller, @Query({ schema: AccountGroupQuery }) query: AccountGroupQuery): Promise<Page<AccountGroup>> {
    return this.suite.ask(listAccountGroups, { caller, query });
  }

  @Get(':id')
  @Described({ summary: 'An account group, with its counts', answer: AccountGroup })
  get(@CalledBy() caller: Caller, @Param('id', { schema: AccountGroupId }) id: AccountGroupId): Promise<AccountGroup> {
    return this.suite.ask(getAccountGroup, { caller, id });
  }

  @Patch(':id')
  @Described({
    summary: 'Renames an account group, or moves it to another site',
    answer: AccountGroup,
    example: { name: 'Checkout' },
    fails: ['account_group_exists', 'site_not_allowed'],
  })
  change(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
    @Body({ schema: AccountGroupChange }) change: AccountGroupChange,
  ): Promise<AccountGroup> {
    return this.suite.ask(changeAccountGroup, { caller, id, change });
  }

  @Delete(':id')
  @HttpCode(204)
  @Described({ summary: 'Deletes an account group with all its accounts' })
  async delete(@CalledBy() caller: Caller, @Param('id', { schema: AccountGroupId }) id: AccountGroupId): Promise<void> {
    await this.suite.ask(deleteAccountGroup, { caller, id });
  }

  @Get(':id/accounts')
  @Described({ summary: 'Accounts of a group', answer: pageOf(Account) })
  accounts(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
    @Query({ schema: AccountQuery }) query: AccountQuery,
  ): Promise<Page<Account>> {
    return this.suite.ask(listAccounts, { caller, id, query });
  }

  /** Lines as `text/plain`, or JSON `{accounts: […]}`. */
  @Post(':id/accounts')
  @Described({
    summary: 'Adds accounts: lines `email:password[:proxy]`, or JSON',
    answer: AddedAccounts,
    bodies: { 'application/json': z.strictObject({ accounts: z.array(NewAccount) }), 'text/plain': z.string() },
    example: { accounts: [{ email: 'ada@otters.example', password: 'holt-0451' }] },
  })
  add(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
    @Body() body: unknown,
  ): Promise<AddedAccounts> {
    return this.desk.add(caller, id, readAccounts(body));
  }

  @Delete(':id/sessions')
  @Described({ summary: 'Clears the sessions of a group', answer: z.object({ cleared: z.int() }) })
  async clearSessions(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) id: AccountGroupId,
  ): Promise<{ cleared: number }> {
    return { cleared: await this.desk.clearSessions(caller, id) };
  }
}

import { Controller, Inject } from '@nestjs/common';
import {
  AccountBatch,
  AccountSecretsChange,
  addAccounts,
  changeAccount,
  deleteAccount,
  getAccount,
  listAccounts,
  revealAccount,
} from '@otterpost/contracts/account-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { ACCOUNT_DESK, type AccountDesk } from '../core/account-desk.ts';
import { noSuchGroup } from '../core/account-groups.ts';
import { ACCOUNT_STORE, type AccountStore, noSuchAccount } from '../core/accounts.ts';
import { OPEN_FROM, type OpenFrom } from '../core/open-from.ts';

@Controller()
export class AccountsHandler {
  constructor(
    @Inject(ACCOUNT_DESK) private readonly desk: AccountDesk,
    @Inject(ACCOUNT_STORE) private readonly store: AccountStore,
    @Inject(OPEN_FROM) private readonly openFrom: OpenFrom,
  ) {}

  @OnRequest(listAccounts)
  async list({ caller, id, query }: z.output<typeof listAccounts.request>): Promise<ReplyOf<typeof listAccounts>> {
    const page = await this.store.list(caller, id, query);
    if (page === undefined) throw noSuchGroup(id);
    return page;
  }

  @OnRequest(addAccounts)
  add({ caller, id, batch }: z.output<typeof addAccounts.request>): Promise<ReplyOf<typeof addAccounts>> {
    return this.desk.add(caller, id, parseOrFail(AccountBatch, JSON.parse(this.openFrom(addAccounts.subject, batch))));
  }

  @OnRequest(getAccount)
  async get({ caller, id }: z.output<typeof getAccount.request>): Promise<ReplyOf<typeof getAccount>> {
    const account = await this.store.find(caller, id);
    if (account === undefined) throw noSuchAccount(id);
    return account;
  }

  @OnRequest(changeAccount)
  change({ caller, id, change, secrets }: z.output<typeof changeAccount.request>): Promise<ReplyOf<typeof changeAccount>> {
    const opened = JSON.parse(this.openFrom(changeAccount.subject, secrets));
    return this.desk.change(caller, id, change, parseOrFail(AccountSecretsChange, opened));
  }

  @OnRequest(deleteAccount)
  async delete({ caller, id }: z.output<typeof deleteAccount.request>): Promise<ReplyOf<typeof deleteAccount>> {
    if (!(await this.store.delete(caller, id))) throw noSuchAccount(id);
    return {};
  }

  @OnRequest(revealAccount)
  async reveal({ caller, id }: z.output<typeof revealAccount.request>): Promise<ReplyOf<typeof revealAccount>> {
    const secrets = await this.store.reveal(caller, id);
    if (secrets === undefined) throw noSuchAccount(id);
    return secrets;
  }
}

import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { KeyId } from '@otterpost/contracts/ids';
import { type ApiKey, type CreatedKey, NewKey } from '@otterpost/contracts/keys';
import { type Page, PageQuery } from '@otterpost/contracts/page';

import { KEYS, type Keys } from '../core/keys.ts';
import { CalledBy, Needs } from './caller.guard.ts';

@Controller('v1/keys')
@Needs('admin')
export class KeysController {
  constructor(@Inject(KEYS) private readonly keys: Keys) {}

  @Post()
  create(@CalledBy() caller: Caller, @Body({ schema: NewKey }) wish: NewKey): Promise<CreatedKey> {
    return this.keys.create(caller, wish);
  }

  @Get()
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<ApiKey>> {
    return this.keys.list(query);
  }

  @Delete(':id')
  @HttpCode(204)
  revoke(@CalledBy() caller: Caller, @Param('id', { schema: KeyId }) id: KeyId): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}

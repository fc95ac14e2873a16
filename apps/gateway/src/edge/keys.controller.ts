import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { KeyId } from '@otterpost/contracts/ids';
import { ApiKey, CreatedKey, NewKey } from '@otterpost/contracts/keys';
import { type Page, PageQuery, pageOf } from '@otterpost/contracts/page';
import type { FastifyReply } from 'fastify';

import { KEYS, type Keys } from '../core/keys.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { Described } from './openapi/described.ts';

@Controller('v1/keys')
@Needs('admin')
export class KeysController {
  constructor(@Inject(KEYS) private readonly keys: Keys) {}

  @Post()
  @Described({
    summary: 'Makes an API key; it is shown this once',
    answer: CreatedKey,
    also: { 200: 'The key that this Idempotency-Key made before, as it is now; without what it is' },
    headers: { 'Idempotency-Key': 'Makes one key, however often it is sent' },
    example: { name: 'Browser tests', scope: 'worker', sites: ['riverbank'] },
    fails: ['idempotency_key_reused', 'not_found'],
  })
  async create(
    @CalledBy() caller: Caller,
    @Body({ schema: NewKey }) wish: NewKey,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedKey> {
    const { thing, isNew } = await this.keys.create(caller, wish, readIdempotencyKey(idempotencyKey));
    reply.status(isNew ? 201 : 200);
    return thing;
  }

  @Get()
  @Described({ summary: 'API keys, without what they are', answer: pageOf(ApiKey) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<ApiKey>> {
    return this.keys.list(query);
  }

  @Delete(':id')
  @HttpCode(204)
  @Described({ summary: 'Revokes an API key; what is held for it ends within a second' })
  revoke(@CalledBy() caller: Caller, @Param('id', { schema: KeyId }) id: KeyId): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}

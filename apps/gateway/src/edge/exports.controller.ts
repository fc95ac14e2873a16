import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { AccountGroupId } from '@otterpost/contracts/ids';
import { ExportAllQuery, ExportQuery } from '@otterpost/contracts/imports';
import type { FastifyReply } from 'fastify';

import { type ExportAsked, IMPORT_DESK, type ImportDesk } from '../core/import-desk.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { sendFile } from './file-stream.ts';
import { Described } from './openapi/described.ts';

const TYPES = { json: 'application/json', csv: 'text/csv; charset=utf-8', txt: 'text/plain; charset=utf-8' } as const;

@Controller('v1/account-groups')
@Needs('operator')
export class ExportsController {
  constructor(@Inject(IMPORT_DESK) private readonly desk: ImportDesk) {}

  @Get('export')
  @Described({
    summary: 'All account groups as a file; secrets in it, audited',
    type: 'application/octet-stream',
    fails: ['not_found', 'group_not_allowed'],
  })
  all(
    @CalledBy() caller: Caller,
    @Query({ schema: ExportAllQuery }) { format, ids = [] }: ExportAllQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#send(caller, { groupId: null, ids: ids.length === 0 ? null : ids, format }, reply);
  }

  @Get(':id/export')
  @Described({ summary: 'An account group as a file; secrets in it, audited', type: 'application/octet-stream' })
  one(
    @CalledBy() caller: Caller,
    @Param('id', { schema: AccountGroupId }) groupId: AccountGroupId,
    @Query({ schema: ExportQuery }) { format }: ExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#send(caller, { groupId, ids: null, format }, reply);
  }

  #send(caller: Caller, asked: ExportAsked, reply: FastifyReply): Promise<void> {
    const name = `${asked.groupId ?? 'account-groups'}.${asked.format}`;
    return sendFile(reply, { name, type: TYPES[asked.format], parts: this.desk.export(caller, asked) });
  }
}

import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import { ImportId } from '@otterpost/contracts/ids';
import { cancelImport, getImport, listImportChanges, listImports } from '@otterpost/contracts/import-requests';
import { Import, ImportChange, ImportChangeQuery, ImportQuery } from '@otterpost/contracts/imports';
import { type Page, type PageQuery, pageOf } from '@otterpost/contracts/page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';

import { IMPORT_DESK, type ImportDesk } from '../core/import-desk.ts';
import { SUITE, type Suite } from '../core/suite.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { sendEvents } from './event-stream.ts';
import { sendFile } from './file-stream.ts';
import { Gone } from './gone.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { Described } from './openapi/described.ts';

@Controller('v1/imports')
@Needs('operator')
export class ImportsController {
  constructor(
    @Inject(SUITE) private readonly suite: Suite,
    @Inject(IMPORT_DESK) private readonly desk: ImportDesk,
  ) {}

  /** The body is the file, of whatever type it calls itself. */
  @Post()
  @HttpCode(202)
  @Described({
    summary: 'Takes a file of accounts, and begins to import it',
    answer: Import,
    also: { 200: 'The import that this Idempotency-Key began before, as it is now' },
    headers: { 'Idempotency-Key': 'Begins one import, however often the file is sent' },
    bodies: { 'text/plain': z.string(), 'text/csv': z.string(), 'application/json': z.unknown() },
    fails: [
      'idempotency_key_reused',
      'import_empty',
      'import_format_unknown',
      'import_line_too_long',
      'import_not_text',
      'wrong_import_kind',
      'not_found',
      'group_not_allowed',
    ],
  })
  async start(
    @CalledBy() caller: Caller,
    @Query({ schema: ImportQuery }) query: ImportQuery,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Req() { headers, raw }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Import> {
    if (headers['x-otterpost-sent-as']?.includes('multipart/'))
      throw new Failure('unsupported_media_type', { detail: 'Send the file itself as the body, not a form' });
    const { thing, isNew } = await this.desk.take(caller, query, raw, readIdempotencyKey(idempotencyKey));
    reply.status(isNew ? 202 : 200);
    return thing;
  }

  @Get()
  @Described({ summary: 'Imports, newest first', answer: pageOf(Import) })
  list(@CalledBy() caller: Caller, @Query({ schema: ImportChangeQuery }) query: PageQuery): Promise<Page<Import>> {
    return this.suite.ask(listImports, { caller, query });
  }

  @Get(':id')
  @Described({ summary: 'How far an import is', answer: Import })
  get(@CalledBy() caller: Caller, @Param('id', { schema: ImportId }) id: ImportId): Promise<Import> {
    return this.suite.ask(getImport, { caller, id });
  }

  @Get(':id/changes')
  @Described({ summary: 'What a dry run found', answer: pageOf(ImportChange) })
  changes(
    @CalledBy() caller: Caller,
    @Param('id', { schema: ImportId }) id: ImportId,
    @Query({ schema: ImportChangeQuery }) query: PageQuery,
  ): Promise<Page<ImportChange>> {
    return this.suite.ask(listImportChanges, { caller, id, query });
  }

  @Get(':id/rejected')
  @Described({ summary: 'The rejected entries as a file to mend; secrets in it, audited', type: 'application/octet-stream' })
  async rejected(
    @CalledBy() caller: Caller,
    @Param('id', { schema: ImportId }) id: ImportId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, type, parts } = await this.desk.rejected(caller, id);
    await sendFile(reply, { name, type, parts });
  }

  @Get(':id/events')
  @Described({ summary: 'How an import goes on, as server-sent events', type: 'text/event-stream' })
  async events(
    @CalledBy() caller: Caller,
    @Param('id', { schema: ImportId }) id: ImportId,
    @Gone() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendEvents(reply, this.desk.follow(caller, id, signal));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Described({ summary: 'Stops an import; what it did stays, and can be undone', answer: Import, fails: ['import_ended'] })
  cancel(@CalledBy() caller: Caller, @Param('id', { schema: ImportId }) id: ImportId): Promise<Import> {
    return this.suite.ask(cancelImport, { caller, id });
  }

  @Post(':id/undo')
  @HttpCode(200)
  @Described({ summary: 'Takes back all that an import of the last 24 hours did', answer: Import, fails: ['import_ended'] })
  undo(@CalledBy() caller: Caller, @Param('id', { schema: ImportId }) id: ImportId): Promise<Import> {
    return this.desk.undo(caller, id);
  }
}

import { Controller, Inject } from '@nestjs/common';
import {
  appendImport,
  beginImport,
  cancelImport,
  getImport,
  listImportChanges,
  listImports,
  openImport,
  readRejected,
  undoImport,
} from '@otterpost/contracts/import-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { IMPORT_STORE, type ImportStore, noSuchImport } from '../core/imports.ts';
import { SEAL_TO, type SealTo } from '../core/open-from.ts';

@Controller()
export class ImportsHandler {
  constructor(
    @Inject(IMPORT_STORE) private readonly imports: ImportStore,
    @Inject(SEAL_TO) private readonly sealTo: SealTo,
  ) {}

  @OnRequest(openImport)
  async open({ piece, ...start }: z.output<typeof openImport.request>): Promise<ReplyOf<typeof openImport>> {
    await this.imports.open(start, Buffer.from(piece, 'base64'));
    return {};
  }

  @OnRequest(appendImport)
  async append({ caller, id, number, piece }: z.output<typeof appendImport.request>): Promise<ReplyOf<typeof appendImport>> {
    await this.imports.append(caller, id, number, Buffer.from(piece, 'base64'));
    return {};
  }

  @OnRequest(beginImport)
  begin({ caller, id, pieces }: z.output<typeof beginImport.request>): Promise<ReplyOf<typeof beginImport>> {
    return this.imports.begin(caller, id, pieces);
  }

  @OnRequest(getImport)
  async get({ caller, id }: z.output<typeof getImport.request>): Promise<ReplyOf<typeof getImport>> {
    const found = await this.imports.find(caller, id);
    if (found === undefined) throw noSuchImport(id);
    return found;
  }

  @OnRequest(listImports)
  list({ caller, query }: z.output<typeof listImports.request>): Promise<ReplyOf<typeof listImports>> {
    return this.imports.list(caller, query);
  }

  @OnRequest(cancelImport)
  cancel({ caller, id }: z.output<typeof cancelImport.request>): Promise<ReplyOf<typeof cancelImport>> {
    return this.imports.cancel(caller, id);
  }

  @OnRequest(undoImport)
  undo({ caller, id }: z.output<typeof undoImport.request>): Promise<ReplyOf<typeof undoImport>> {
    return this.imports.undo(caller, id);
  }

  @OnRequest(listImportChanges)
  changes({ caller, id, query }: z.output<typeof listImportChanges.request>): Promise<ReplyOf<typeof listImportChanges>> {
    return this.imports.changes(caller, id, query);
  }

  @OnRequest(readRejected)
  async rejected({ caller, id, from }: z.output<typeof readRejected.request>): Promise<ReplyOf<typeof readRejected>> {
    const { text, ...rest } = await this.imports.rejected(caller, id, from);
    return { ...rest, part: this.sealTo(readRejected.subject, text) };
  }
}

import { Controller, Inject } from '@nestjs/common';
import { exportAccounts } from '@otterpost/contracts/import-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { EXPORTS, type Exports } from '../core/exports.ts';
import { SEAL_TO, type SealTo } from '../core/open-from.ts';

@Controller()
export class ExportsHandler {
  constructor(
    @Inject(EXPORTS) private readonly exports: Exports,
    @Inject(SEAL_TO) private readonly sealTo: SealTo,
  ) {}

  @OnRequest(exportAccounts)
  async export({ caller, from, ...what }: z.output<typeof exportAccounts.request>): Promise<ReplyOf<typeof exportAccounts>> {
    const { text, next } = await this.exports.part(caller, what, from);
    return { part: this.sealTo(exportAccounts.subject, text), next };
  }
}

import { Controller, Inject } from '@nestjs/common';
import type { ReplyOf } from '@otterpost/contracts/message';
import { trySite } from '@otterpost/contracts/site-requests';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { TRY_SITE, type TrySite } from '../core/try-site.ts';

@Controller()
export class SitesHandler {
  constructor(@Inject(TRY_SITE) private readonly trySite: TrySite) {}

  @OnRequest(trySite)
  async try({ slug, definition }: z.output<typeof trySite.request>): Promise<ReplyOf<typeof trySite>> {
    await this.trySite(slug, definition);
    return {};
  }
}

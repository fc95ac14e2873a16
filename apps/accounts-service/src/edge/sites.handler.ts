import { Controller, Inject } from '@nestjs/common';
import type { ReplyOf } from '@otterpost/contracts/message';
import { deleteSite, getSite, listSites, putSite, reportPatternUse } from '@otterpost/contracts/site-requests';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { SITE_DESK, type SiteDesk } from '../core/site-desk.ts';
import { SITE_STORE, type SiteStore } from '../core/sites.ts';

@Controller()
export class SitesHandler {
  constructor(
    @Inject(SITE_DESK) private readonly desk: SiteDesk,
    @Inject(SITE_STORE) private readonly store: SiteStore,
  ) {}

  @OnRequest(listSites)
  list({ caller, page }: z.output<typeof listSites.request>): Promise<ReplyOf<typeof listSites>> {
    return this.desk.list(caller, page);
  }

  @OnRequest(getSite)
  get({ caller, slug }: z.output<typeof getSite.request>): Promise<ReplyOf<typeof getSite>> {
    return this.desk.get(caller, slug);
  }

  @OnRequest(putSite)
  put({ caller, slug, definition }: z.output<typeof putSite.request>): Promise<ReplyOf<typeof putSite>> {
    return this.desk.put(caller, slug, definition);
  }

  @OnRequest(deleteSite)
  async delete({ caller, slug }: z.output<typeof deleteSite.request>): Promise<ReplyOf<typeof deleteSite>> {
    await this.desk.delete(caller, slug);
    return {};
  }

  @OnRequest(reportPatternUse)
  async reportUse({ uses }: z.output<typeof reportPatternUse.request>): Promise<ReplyOf<typeof reportPatternUse>> {
    await this.store.addUse(uses);
    return {};
  }
}

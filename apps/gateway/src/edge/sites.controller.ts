import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { type Page, PageQuery } from '@otterpost/contracts/page';
import { deleteSite, getSite, listSites, putSite } from '@otterpost/contracts/site-requests';
import { type Site, SiteDefinition, type SiteListing, SiteSlug } from '@otterpost/contracts/sites';
import type { FastifyReply } from 'fastify';

import { SUITE, type Suite } from '../core/suite.ts';
import { CalledBy, Needs } from './caller.guard.ts';

/** Patterns are tried and samples read before a site is stored. */
const PUT_DEADLINE_MS = 25_000;

@Controller('v1/sites')
@Needs('operator')
export class SitesController {
  constructor(@Inject(SUITE) private readonly suite: Suite) {}

  @Get()
  list(@CalledBy() caller: Caller, @Query({ schema: PageQuery }) page: PageQuery): Promise<Page<SiteListing>> {
    return this.suite.ask(listSites, { caller, page });
  }

  @Get(':slug')
  get(@CalledBy() caller: Caller, @Param('slug', { schema: SiteSlug }) slug: SiteSlug): Promise<Site> {
    return this.suite.ask(getSite, { caller, slug });
  }

  /** 201 when it was made, 200 when it took the place of another (RFC 9110 section 9.3.4). */
  @Put(':slug')
  async put(
    @CalledBy() caller: Caller,
    @Param('slug', { schema: SiteSlug }) slug: SiteSlug,
    @Body({ schema: SiteDefinition }) definition: SiteDefinition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Site> {
    const { site, created } = await this.suite.ask(putSite, { caller, slug, definition }, { timeoutMs: PUT_DEADLINE_MS });
    reply.status(created ? 201 : 200);
    return site;
  }

  @Delete(':slug')
  @HttpCode(204)
  async delete(@CalledBy() caller: Caller, @Param('slug', { schema: SiteSlug }) slug: SiteSlug): Promise<void> {
    await this.suite.ask(deleteSite, { caller, slug });
  }
}

import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { type Page, PageQuery, pageOf } from '@otterpost/contracts/page';
import { deleteSite, getSite, listSites, putSite } from '@otterpost/contracts/site-requests';
import { Site, SiteDefinition, SiteListing, SiteSlug } from '@otterpost/contracts/sites';
import type { FastifyReply } from 'fastify';

import { SUITE, type Suite } from '../core/suite.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

/** Patterns are tried and samples read before a site is stored. */
const PUT_DEADLINE_MS = 25_000;

@Controller('v1/sites')
@Needs('operator')
export class SitesController {
  constructor(@Inject(SUITE) private readonly suite: Suite) {}

  @Get()
  @Described({ summary: 'Sites and their patterns', answer: pageOf(SiteListing) })
  list(@CalledBy() caller: Caller, @Query({ schema: PageQuery }) page: PageQuery): Promise<Page<SiteListing>> {
    return this.suite.ask(listSites, { caller, page });
  }

  @Get(':slug')
  @Described({ summary: 'A site, with how its patterns fare', answer: Site })
  get(@CalledBy() caller: Caller, @Param('slug', { schema: SiteSlug }) slug: SiteSlug): Promise<Site> {
    return this.suite.ask(getSite, { caller, slug });
  }

  /** 201 when it was made, 200 when it took the place of another (RFC 9110 section 9.3.4). */
  @Put(':slug')
  @Described({
    summary: 'Names a site: who writes for it, and how its codes are found',
    answer: Site,
    also: { 201: 'It was made' },
    example: { name: 'Riverbank', senders: ['riverbank.example'], code: { pattern: 'code: (\\d{6})' } },
    fails: ['pattern_invalid', 'sample_failed'],
  })
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
  @Described({ summary: 'Forgets a site; its mails are told by their domain' })
  async delete(@CalledBy() caller: Caller, @Param('slug', { schema: SiteSlug }) slug: SiteSlug): Promise<void> {
    await this.suite.ask(deleteSite, { caller, slug });
  }
}

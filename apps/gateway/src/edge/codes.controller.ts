import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { CodeListing, CodeStatus, CodeToAssign } from '@otterpost/contracts/codes';
import { Failure } from '@otterpost/contracts/failure';
import { CodeId } from '@otterpost/contracts/ids';
import { GivenTime, type Page, PageQuery, pageOf } from '@otterpost/contracts/page';
import * as z from 'zod';

import { CODE_SHELF, type CodeShelf } from '../core/code-shelf.ts';
import { TICKET_DESK, type TicketDesk } from '../core/ticket-desk.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

const ListQuery = PageQuery.extend({
  site: z.string().max(253).optional(),
  recipient: z.string().max(320).optional(),
  since: GivenTime.optional(),
  status: CodeStatus.optional(),
});

@Controller('v1/codes')
@Needs('operator')
export class CodesController {
  constructor(
    @Inject(CODE_SHELF) private readonly shelf: CodeShelf,
    @Inject(TICKET_DESK) private readonly desk: TicketDesk,
  ) {}

  @Get()
  @Described({ summary: 'Codes that mails held, newest first; masked for operators', answer: pageOf(CodeListing) })
  list(
    @CalledBy() { sites }: Caller,
    @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>,
  ): Promise<Page<CodeListing>> {
    return this.shelf.list({ ...query, sites });
  }

  /** A person knows whose an unassigned code is. */
  @Post(':id/assign')
  @HttpCode(200)
  @Described({
    summary: 'Gives an unassigned code to a ticket',
    answer: CodeListing,
    example: { ticketId: 'tkt_00000000000000000000000000' },
    fails: ['code_not_unassigned', 'ticket_ended', 'ticket_already_fulfilled'],
  })
  async assign(
    @CalledBy() caller: Caller,
    @Param('id', { schema: CodeId }) id: CodeId,
    @Body({ schema: CodeToAssign }) { ticketId }: CodeToAssign,
  ): Promise<CodeListing> {
    await this.desk.assign(caller, id, ticketId);
    const assigned = await this.shelf.find(id);
    if (assigned === undefined) throw new Failure('not_found', { detail: `There is no code ${id}` });
    return assigned;
  }
}

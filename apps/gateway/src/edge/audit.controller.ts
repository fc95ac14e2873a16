import { Controller, Get, Inject, Query } from '@nestjs/common';
import { type AuditEntry, AuditPage, AuditQuery, auditRecorded } from '@otterpost/contracts/audit';
import type { Caller } from '@otterpost/contracts/caller';
import type { Page } from '@otterpost/contracts/page';
import { OnEvent } from '@otterpost/messaging/on-event';
import type * as z from 'zod';

import { AUDIT, type AuditBook } from '../core/audit.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

@Controller('v1/audit')
@Needs('operator')
export class AuditController {
  constructor(@Inject(AUDIT) private readonly audit: AuditBook) {}

  /** Who is limited to some sites or groups sees what it did itself: a line does not tell whose its target is. */
  @Get()
  @Described({ summary: 'Who did what, newest first', answer: AuditPage })
  list(
    @CalledBy() { keyId, sites, groupIds }: Caller,
    @Query({ schema: AuditQuery }) query: AuditQuery,
  ): Promise<Page<AuditEntry>> {
    const isLimited = sites !== null || groupIds !== null;
    if (isLimited && query.actor !== undefined && query.actor !== keyId) return Promise.resolve({ items: [], nextCursor: null });
    return this.audit.list(isLimited ? { ...query, actor: keyId } : query);
  }

  /** Lines of other services; storing one twice is storing it once. */
  @OnEvent(auditRecorded)
  record({ lines }: z.output<typeof auditRecorded.payload>): Promise<void> {
    return this.audit.record(lines);
  }
}

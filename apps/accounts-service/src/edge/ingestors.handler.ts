import { Controller, Inject } from '@nestjs/common';
import {
  getAccessToken,
  getAssignment,
  getAssignments,
  leaveIngestor,
  MAILBOXES_CHANGED,
  noteMails,
  openFolder,
  reportMailboxes,
  reservePosition,
  sweepMails,
  syncIngestor,
} from '@otterpost/contracts/mailbox-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

import { ACCESS_TOKENS, type AccessTokens } from '../core/access-tokens.ts';
import { ANNOUNCE, type Announce } from '../core/announce.ts';
import { MAIL_LEDGER, type MailLedger } from '../core/mail-ledger.ts';
import { noSuchMailbox } from '../core/mailbox-desk.ts';
import { MAILBOX_STORE, type MailboxStore } from '../core/mailboxes.ts';
import { LEASE_TTL_MS, OWNERSHIP, type Ownership } from '../core/ownership.ts';

/** What ingestors ask. All of it may be repeated. */
@Controller()
export class IngestorsHandler {
  constructor(
    @Inject(OWNERSHIP) private readonly ownership: Ownership,
    @Inject(MAIL_LEDGER) private readonly ledger: MailLedger,
    @Inject(MAILBOX_STORE) private readonly store: MailboxStore,
    @Inject(ACCESS_TOKENS) private readonly tokens: AccessTokens,
    @Inject(ANNOUNCE) private readonly announce: Announce,
  ) {}

  @OnRequest(syncIngestor)
  async sync(heartbeat: z.output<typeof syncIngestor.request>): Promise<ReplyOf<typeof syncIngestor>> {
    const { held, heirs, touched } = await this.ownership.sync(heartbeat);
    if (touched.length > 0) this.announce(MAILBOXES_CHANGED, { ingestorIds: touched });
    return { ttlMs: LEASE_TTL_MS, held, heirs };
  }

  @OnRequest(leaveIngestor)
  async leave({ ingestorId }: z.output<typeof leaveIngestor.request>): Promise<ReplyOf<typeof leaveIngestor>> {
    await this.ownership.leave(ingestorId);
    this.announce(MAILBOXES_CHANGED, {});
    return {};
  }

  @OnRequest(getAssignments)
  async assignments({
    ingestorId,
    mailboxIds,
  }: z.output<typeof getAssignments.request>): Promise<ReplyOf<typeof getAssignments>> {
    return { assignments: await this.ownership.assignments(ingestorId, mailboxIds) };
  }

  @OnRequest(getAssignment)
  async assignment({ id }: z.output<typeof getAssignment.request>): Promise<ReplyOf<typeof getAssignment>> {
    const assignment = await this.ownership.assignment(id);
    if (assignment === undefined) throw noSuchMailbox(id);
    return assignment;
  }

  @OnRequest(getAccessToken)
  accessToken(request: z.output<typeof getAccessToken.request>): Promise<ReplyOf<typeof getAccessToken>> {
    return this.tokens.get(request);
  }

  @OnRequest(openFolder)
  openFolder(request: z.output<typeof openFolder.request>): Promise<ReplyOf<typeof openFolder>> {
    return this.ledger.openFolder(request);
  }

  @OnRequest(reservePosition)
  async reserve(): Promise<ReplyOf<typeof reservePosition>> {
    return { position: await this.ledger.reserve() };
  }

  @OnRequest(noteMails)
  async note(request: z.output<typeof noteMails.request>): Promise<ReplyOf<typeof noteMails>> {
    return { noted: await this.ledger.note(request) };
  }

  @OnRequest(sweepMails)
  async sweep({ ingestorId }: z.output<typeof sweepMails.request>): Promise<ReplyOf<typeof sweepMails>> {
    return { mails: await this.ledger.sweep(ingestorId) };
  }

  @OnRequest(reportMailboxes)
  async report({ reports }: z.output<typeof reportMailboxes.request>): Promise<ReplyOf<typeof reportMailboxes>> {
    await this.store.report(reports);
    return {};
  }
}

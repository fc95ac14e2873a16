import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { MailboxId, newId } from '@otterpost/contracts/ids';
import {
  type ChangedSecrets,
  changeMailbox,
  checkMailbox,
  createMailbox,
  deleteMailbox,
  getMailbox,
  type ImportedMailboxes,
  importMailboxes,
  listMailboxes,
  type MailboxSecrets,
} from '@otterpost/contracts/mailbox-requests';
import { Mailbox, MailboxChange, MailboxCheck, MailboxImport, NewMailbox } from '@otterpost/contracts/mailboxes';
import { type Page, PageQuery, pageOf } from '@otterpost/contracts/page';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';

import { readMailboxImport } from '../core/mailbox-import.ts';
import { ONCE_ONLY, type OnceOnly } from '../core/once-only.ts';
import { SEAL_FOR, type SealFor, SUITE, type Suite } from '../core/suite.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { Described } from './openapi/described.ts';

/** Mailboxes that go to accounts-service at a time. */
const IMPORTED_AT_ONCE = 50;
/** A login and three commands, each with the ingestor's own deadline. */
const CHECK_DEADLINE_MS = 60_000;

@Controller('v1/mailboxes')
@Needs('operator')
export class MailboxesController {
  constructor(
    @Inject(SUITE) private readonly suite: Suite,
    @Inject(SEAL_FOR) private readonly sealFor: SealFor,
    @Inject(ONCE_ONLY) private readonly once: OnceOnly,
  ) {}

  @Post()
  @Described({
    summary: 'Watches a mailbox',
    answer: Mailbox,
    also: { 200: 'The mailbox that this Idempotency-Key made before, as it is now' },
    headers: { 'Idempotency-Key': 'Makes one mailbox, however often it is sent' },
    example: {
      name: 'master',
      host: 'imap.gmail.com',
      username: 'ada@otters.example',
      auth: { type: 'password', password: 'abcd efgh ijkl mnop' },
    },
    fails: ['mailbox_exists', 'host_not_allowed', 'idempotency_key_reused', 'not_found'],
  })
  async create(
    @CalledBy() caller: Caller,
    @Body({ schema: NewMailbox }) wish: NewMailbox,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Mailbox> {
    const { auth, smtp, proxy, ...mailbox } = wish;
    const secrets: MailboxSecrets = { auth, smtp, proxy };
    const sealed = this.sealFor(createMailbox.subject, JSON.stringify(secrets));
    const { thing, isNew } = await this.once.make({
      caller,
      idempotencyKey: readIdempotencyKey(idempotencyKey),
      asked: ['mailboxes', wish],
      id: newId('mailbox'),
      make: (id) => this.suite.ask(createMailbox, { id, mailbox, secrets: sealed }),
      find: (id) => this.suite.ask(getMailbox, { id }),
    });
    reply.status(isNew ? 201 : 200);
    return thing;
  }

  /** A JSON array, CSV, or lines: what is refused is told line by line. */
  @Post('import')
  @Described({
    summary: 'Adds mailboxes from a JSON array, CSV or lines',
    answer: MailboxImport,
    bodies: { 'text/plain': z.string(), 'text/csv': z.string(), 'application/json': z.array(z.unknown()) },
  })
  async import(@Body() body: unknown): Promise<MailboxImport> {
    const { entries, rejected } = readMailboxImport(body);
    const outcome: MailboxImport = { created: 0, updated: 0, rejected };
    for (let at = 0; at < entries.length; at += IMPORTED_AT_ONCE) {
      const batch: ImportedMailboxes = entries.slice(at, at + IMPORTED_AT_ONCE);
      const mailboxes = this.sealFor(importMailboxes.subject, JSON.stringify(batch));
      const { created, updated, rejected: refused } = await this.suite.ask(importMailboxes, { mailboxes });
      outcome.created += created;
      outcome.updated += updated;
      outcome.rejected.push(...refused);
    }
    outcome.rejected.sort((one, other) => one.line - other.line);
    return outcome;
  }

  @Get()
  @Described({ summary: 'Mailboxes, with how they are', answer: pageOf(Mailbox) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<Mailbox>> {
    return this.suite.ask(listMailboxes, query);
  }

  @Get(':id')
  @Described({ summary: 'A mailbox, with how it is', answer: Mailbox })
  get(@Param('id', { schema: MailboxId }) id: MailboxId): Promise<Mailbox> {
    return this.suite.ask(getMailbox, { id });
  }

  @Patch(':id')
  @Described({
    summary: 'Changes a mailbox; takes effect within two seconds',
    answer: Mailbox,
    example: { paused: true },
    fails: ['mailbox_exists', 'host_not_allowed'],
  })
  change(
    @Param('id', { schema: MailboxId }) id: MailboxId,
    @Body({ schema: MailboxChange }) { auth, smtp, proxy, ...change }: MailboxChange,
  ): Promise<Mailbox> {
    const secrets: ChangedSecrets = { auth, smtp, proxy };
    return this.suite.ask(changeMailbox, { id, change, secrets: this.sealFor(changeMailbox.subject, JSON.stringify(secrets)) });
  }

  /** Connects now, also when the mailbox is paused. */
  @Post(':id/check')
  @HttpCode(200)
  @Described({ summary: 'Connects to a mailbox now, step by step, and tells how it went', answer: MailboxCheck })
  check(@Param('id', { schema: MailboxId }) id: MailboxId): Promise<MailboxCheck> {
    return this.suite.ask(checkMailbox, { id }, { timeoutMs: CHECK_DEADLINE_MS });
  }

  @Delete(':id')
  @HttpCode(204)
  @Described({ summary: 'Watches a mailbox no more' })
  async delete(@Param('id', { schema: MailboxId }) id: MailboxId): Promise<void> {
    await this.suite.ask(deleteMailbox, { id });
  }
}

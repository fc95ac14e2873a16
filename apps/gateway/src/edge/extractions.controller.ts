import { Body, Controller, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { Extraction } from '@otterpost/contracts/extraction';
import { DraftMail, ExtractionQuery } from '@otterpost/contracts/extraction-requests';
import { parseOrFail } from '@otterpost/contracts/parse';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';

import { composeMail } from '../core/compose-mail.ts';
import { MAIL_TRIAL, type MailTrial } from '../core/mail-trial.ts';
import { Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

const RAW_MAIL = 'message/rfc822';
/** As large as providers let mails be. */
const MAIL_LIMIT_BYTES = 25 * 1024 * 1024;

@Controller('v1/extractions')
@Needs('operator')
export class ExtractionsController {
  constructor(@Inject(MAIL_TRIAL) private readonly trial: MailTrial) {}

  /** What a mail holds, and why; nothing is stored or handed to anybody. */
  @Post()
  @HttpCode(200)
  @Described({
    summary: 'What a mail holds, and why, as a dry run',
    answer: Extraction,
    bodies: { 'application/json': DraftMail, 'message/rfc822': z.string() },
    example: { subject: 'Your code', text: 'Your verification code is 482913' },
    fails: ['mail_unreadable', 'not_found'],
  })
  extract(
    @Query({ schema: ExtractionQuery }) { mailboxId }: z.output<typeof ExtractionQuery>,
    @Body() body: unknown,
  ): Promise<Extraction> {
    const source = Buffer.isBuffer(body) ? body : composeMail(parseOrFail(DraftMail, body));
    return this.trial.read(source, mailboxId);
  }
}

/** Raw mails are taken at this address alone; elsewhere their type is none that is known. */
export function takeRawMails(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(RAW_MAIL, { parseAs: 'buffer', bodyLimit: MAIL_LIMIT_BYTES }, (request, body, done) => {
    if (request.url.split('?')[0] === '/v1/extractions') done(null, body);
    else done(Object.assign(new Error('Raw mails are taken at /v1/extractions'), { statusCode: 415 }));
  });
}

import type { Readable } from 'node:stream';

import { Body, Controller, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { Extraction } from '@otterpost/contracts/extraction';
import { DraftMail, ExtractionQuery } from '@otterpost/contracts/extraction-requests';
import { Failure } from '@otterpost/contracts/failure';
import { parseOrFail } from '@otterpost/contracts/parse';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';

import { composeMail } from '../core/compose-mail.ts';
import { MAIL_TRIAL, type MailTrial } from '../core/mail-trial.ts';
import { Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

const RAW_MAIL = 'message/rfc822';
/** As large as providers let mails be. */
const MAIL_LIMIT_BYTES = 25 * 1024 * 1024;
const MOST_READ_BYTES = 4 * MAIL_LIMIT_BYTES;

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
  fastify.addContentTypeParser(RAW_MAIL, async (request: FastifyRequest, payload: Readable) => {
    if (request.url.split('?')[0] !== '/v1/extractions')
      throw new Failure('unsupported_media_type', { detail: 'Raw mails are taken at /v1/extractions' });
    return readMail(payload);
  });
}

/** One that is too long is read to its end all the same, within reason: whoever is cut off while sending hears nothing. */
async function readMail(payload: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAIL_LIMIT_BYTES) chunks.push(chunk);
    if (length > MOST_READ_BYTES) break;
  }
  if (length > MAIL_LIMIT_BYTES) throw new Failure('payload_too_large', { detail: 'A mail has 25 MiB at most' });
  return Buffer.concat(chunks);
}

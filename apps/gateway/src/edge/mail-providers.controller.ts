import { Controller, Get } from '@nestjs/common';
import { MAIL_PROVIDERS, MailProviders } from '@otterpost/contracts/mail-providers';
import type * as z from 'zod';

import { Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

/** What is known of mail providers: for forms, and for people who look for a credential. */
@Controller('v1/mail-providers')
@Needs('operator')
export class MailProvidersController {
  @Get()
  @Described({ summary: 'What is known of mail providers', answer: MailProviders })
  list(): z.output<typeof MailProviders> {
    return { items: [...MAIL_PROVIDERS], nextCursor: null };
  }
}

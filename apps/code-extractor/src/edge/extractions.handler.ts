import { Controller, Inject } from '@nestjs/common';
import { extractMail, SealedMail } from '@otterpost/contracts/extraction-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { parseOrFail } from '@otterpost/contracts/parse';
import { OnRequest } from '@otterpost/messaging/on-request';
import type { PayloadSealer } from '@otterpost/messaging/sealer';
import type * as z from 'zod';

import { TRY_MAIL, type TryMail } from '../core/try-mail.ts';

export const SEALER = Symbol('Sealer');

@Controller()
export class ExtractionsHandler {
  constructor(
    @Inject(TRY_MAIL) private readonly tryMail: TryMail,
    @Inject(SEALER) private readonly sealer: PayloadSealer,
  ) {}

  @OnRequest(extractMail)
  async extract({ mail }: z.output<typeof extractMail.request>): Promise<ReplyOf<typeof extractMail>> {
    const opened = this.sealer.open(Buffer.from(mail, 'base64'), extractMail.subject);
    const extraction = await this.tryMail(parseOrFail(SealedMail, JSON.parse(Buffer.from(opened).toString())));
    const sealed = this.sealer.seal(Buffer.from(JSON.stringify(extraction)), extractMail.subject);
    return { extraction: Buffer.from(sealed).toString('base64') };
  }
}

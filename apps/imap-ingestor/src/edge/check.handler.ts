import { Controller, Inject } from '@nestjs/common';
import { checkMailbox } from '@otterpost/contracts/mailbox-requests';
import type { ReplyOf } from '@otterpost/contracts/message';
import { OnRequest } from '@otterpost/messaging/on-request';
import type * as z from 'zod';

export const CHECK = Symbol('Check');
export type Check = (request: z.output<typeof checkMailbox.request>) => Promise<ReplyOf<typeof checkMailbox>>;

/** Any ingestor checks any mailbox: a check needs no lease, for it writes nothing. */
@Controller()
export class CheckHandler {
  constructor(@Inject(CHECK) private readonly check: Check) {}

  @OnRequest(checkMailbox)
  answer(request: z.output<typeof checkMailbox.request>): Promise<ReplyOf<typeof checkMailbox>> {
    return this.check(request);
  }
}

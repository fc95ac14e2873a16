import { Controller, Inject } from '@nestjs/common';
import { type MailReceived, mailReceived } from '@otterpost/contracts/mail-events';
import { type EventContext, OnEvent } from '@otterpost/messaging/on-event';

import { READ_AND_PUBLISH, type ReadAndPublish } from '../core/read-and-publish.ts';

@Controller()
export class MailHandler {
  constructor(@Inject(READ_AND_PUBLISH) private readonly readAndPublish: ReadAndPublish) {}

  /** May come again: the outcome is published under the same id. */
  @OnEvent(mailReceived)
  async read(mail: MailReceived, { publishedAt, deliveryCount }: EventContext): Promise<void> {
    await this.readAndPublish(mail, publishedAt, deliveryCount);
  }
}

import { mailReceived } from '@otterpost/contracts/mail-events';
import { noteMails, openFolder, reservePosition } from '@otterpost/contracts/mailbox-requests';
import type { EventPublisher } from '@otterpost/messaging/publish';
import type { Requester } from '@otterpost/messaging/request-reply';

import type { Ledger } from '../core/ledger.ts';

/** The ledger lies with accounts-service; mails go into the stream. */
export function createRemoteLedger(requester: Requester, publisher: EventPublisher): Ledger {
  return {
    openFolder: (request) => requester.ask(openFolder, request),
    reserve: async () => (await requester.ask(reservePosition, {}, { isUrgent: true })).position,
    note: async (request) => (await requester.ask(noteMails, request)).noted,
    publish: async (mail) => {
      await publisher.publish(mailReceived, mail, { id: mail.mailId });
    },
  };
}

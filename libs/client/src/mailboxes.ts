import type { Mailbox, NewMailbox } from '@otterpost/contracts/mailboxes';
import type * as z from 'zod';

import type { CallOptions, GatewayConnection } from './gateway-connection.ts';
import { everyItem } from './pages.ts';

/** The IMAP accounts that the suite watches. */
export class Mailboxes {
  readonly #connection: GatewayConnection;

  constructor(connection: GatewayConnection) {
    this.#connection = connection;
  }

  /** All of them, page after page. */
  list(options: CallOptions = {}): AsyncGenerator<Mailbox, void, undefined> {
    return everyItem(this.#connection, 'mailboxes', {}, options);
  }

  get(id: string, options: CallOptions = {}): Promise<Mailbox> {
    return this.#connection.call({ ...options, method: 'GET', path: `mailboxes/${encodeURIComponent(id)}` });
  }

  create(mailbox: z.input<typeof NewMailbox>, options: CallOptions = {}): Promise<Mailbox> {
    return this.#connection.call({ ...options, method: 'POST', path: 'mailboxes', body: mailbox });
  }
}

import type { CodeListing, FeedEntry } from '@otterpost/contracts/codes';

import { followEvents } from './event-stream.ts';
import type { CallOptions, GatewayConnection } from './gateway-connection.ts';
import { everyItem } from './pages.ts';

/** A mail as it was read: `code` when it held a code or a link, `none` when it did not. */
export interface FeedEvent {
  readonly event: 'code' | 'none';
  readonly entry: FeedEntry;
}

/** Codes as operators see them: masked, unless the key is an admin's. */
export class Codes {
  readonly #connection: GatewayConnection;

  constructor(connection: GatewayConnection) {
    this.#connection = connection;
  }

  list(
    query: { site?: string; recipient?: string; since?: string; status?: CodeListing['status'] } = {},
    options: CallOptions = {},
  ): AsyncGenerator<CodeListing, void, undefined> {
    return everyItem(this.#connection, 'codes', query, options);
  }

  /** The live feed, over reconnects, until the signal is given. */
  async *tail({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<FeedEvent, void, undefined> {
    for await (const { event, data } of followEvents(this.#connection, { path: 'codes/events' }, { signal })) {
      yield { event: event === 'none' ? 'none' : 'code', entry: JSON.parse(data) as FeedEntry };
    }
  }
}

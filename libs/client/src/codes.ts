import type { CodeListing } from '@otterpost/contracts/codes';

import { followEvents } from './event-stream.ts';
import type { CallOptions, GatewayConnection } from './gateway-connection.ts';
import { everyItem } from './pages.ts';

/** One line of the live feed: a code, or a mail that held none and why. Its fields are those of the feed's event. */
export interface FeedEntry {
  readonly event: string;
  readonly entry: Readonly<Record<string, unknown>>;
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
  async *tail({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<FeedEntry, void, undefined> {
    for await (const { event, data } of followEvents(this.#connection, { path: 'codes/events' }, { signal })) {
      yield { event, entry: JSON.parse(data) as FeedEntry['entry'] };
    }
  }
}

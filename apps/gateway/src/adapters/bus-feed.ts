import { FEED_SUBJECT, FeedEntry } from '@otterpost/contracts/codes';
import { codeSubject } from '@otterpost/contracts/worker-bus';
import type { Bus } from '@otterpost/messaging/connection';

import { type LiveFeed, toCodeFound, toFeedEntry } from '../core/live-feed.ts';

/** The live feed over the bus, so that an onlooker at one gateway sees what another took. */
export function createBusFeed(bus: Bus): LiveFeed {
  const closing = new AbortController();
  const listeners = new Set<(entry: FeedEntry) => void>();
  bus.subscribe(FEED_SUBJECT, (_subject, value) => {
    if (listeners.size === 0) return;
    const entry = FeedEntry.parse(value);
    for (const listener of listeners) listener(entry);
  });
  return {
    announce(mail) {
      bus.publishJson(FEED_SUBJECT, toFeedEntry(mail));
      const found = toCodeFound(mail);
      if (found !== undefined) bus.publishJson(codeSubject(found.site, found.recipient ?? ''), found);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    closing: closing.signal,
    close: () => closing.abort(),
  };
}

import { MAILBOX_EVENTS, MailboxEvent } from '@otterpost/contracts/mailbox-requests';
import type { Bus } from '@otterpost/messaging/connection';

import type { MailboxFeed } from '../core/mailbox-feed.ts';

export function createBusMailboxFeed(bus: Bus): MailboxFeed {
  const closing = new AbortController();
  const listeners = new Set<(event: MailboxEvent) => void>();
  bus.subscribe(MAILBOX_EVENTS, (_subject, value) => {
    if (listeners.size === 0) return;
    const event = MailboxEvent.parse(value);
    for (const listener of listeners) listener(event);
  });
  return {
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    closing: closing.signal,
    close: () => closing.abort(),
  };
}

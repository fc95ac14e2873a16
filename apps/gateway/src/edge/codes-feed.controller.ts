import { Controller, Get, Inject, Res } from '@nestjs/common';
import { type Caller, maySeeSite } from '@otterpost/contracts/caller';
import type { FeedEntry } from '@otterpost/contracts/codes';
import type { FastifyReply } from 'fastify';

import { LIVE_FEED, type LiveFeed } from '../core/live-feed.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { HELLO, type StreamEvent, sendEvents } from './event-stream.ts';
import { Gone } from './gone.ts';
import { Described } from './openapi/described.ts';

/** An onlooker who falls behind by more is told less, never slows the rest. */
const MOST_UNSENT = 1000;

@Controller('v1/codes')
@Needs('operator')
export class CodesFeedController {
  constructor(@Inject(LIVE_FEED) private readonly feed: LiveFeed) {}

  /** Codes as they are read, and mails that held none with the reason, as server-sent events. */
  @Get('events')
  @Described({
    summary: 'Mails as they are read, also those without a code and why, as server-sent events',
    type: 'text/event-stream',
  })
  async events(@CalledBy() caller: Caller, @Gone() signal: AbortSignal, @Res() reply: FastifyReply): Promise<void> {
    await sendEvents(reply, this.#entries(caller, AbortSignal.any([signal, this.feed.closing])));
  }

  async *#entries(caller: Caller, signal: AbortSignal): AsyncGenerator<StreamEvent | typeof HELLO> {
    const unsent: FeedEntry[] = [];
    let wake: () => void = () => undefined;
    const leave = this.feed.listen((entry) => {
      if (!maySeeSite(caller, entry.site ?? '')) return;
      if (unsent.length < MOST_UNSENT) unsent.push(entry);
      wake();
    });
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      yield HELLO;
      while (!signal.aborted) {
        for (const entry of unsent.splice(0))
          yield { event: entry.code === null && entry.link === null ? 'none' : 'code', data: entry };
        if (unsent.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      leave();
    }
  }
}

/** Requests that are held until something happens to their ticket. Memory of one process: whoever waits longer asks again. */
export class WaitingRoom<News> {
  readonly #waiting = new Map<string, Set<(news?: News) => void>>();
  #closed = false;

  /** Comes back with the news of the ticket; with nothing when the time is over, the caller has gone, or the room closes. */
  wait(ticketId: string, forMs: number, signal?: AbortSignal): Promise<News | undefined> {
    if (this.#closed || forMs <= 0 || signal?.aborted === true) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(ticketId) ?? new Set();
      this.#waiting.set(ticketId, waiters);
      const leave = (news?: News): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', gone);
        waiters.delete(leave);
        if (waiters.size === 0 && this.#waiting.get(ticketId) === waiters) this.#waiting.delete(ticketId);
        resolve(news);
      };
      const gone = (): void => leave();
      const timer = setTimeout(gone, forMs);
      signal?.addEventListener('abort', gone, { once: true });
      waiters.add(leave);
    });
  }

  /** Something happened to this ticket: all who wait for it are told, or look themselves where the news is not at hand. */
  call(ticketId: string, news?: News): void {
    for (const leave of [...(this.#waiting.get(ticketId) ?? [])]) leave(news);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get ticketIds(): string[] {
    return [...this.#waiting.keys()];
  }

  /** Nobody waits here any more: all look once again and are answered. */
  close(): void {
    this.#closed = true;
    for (const id of this.ticketIds) this.call(id);
  }
}

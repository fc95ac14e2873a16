import type { Bus } from './connection.ts';
import { DUPLICATE_WINDOW_MS, type StreamSpec } from './streams.ts';

/**
 * Takes acknowledged messages out of a stream, which with Limits retention would otherwise stay until they are a day old
 * and fill it. Messages stay for the duplicate window, because a restarted server rebuilds its memory of ids from what
 * is stored; a stream that is more than half full gives them up sooner (every handler is safe to repeat).
 */
export class StreamTrimmer {
  readonly #bus: Bus;
  readonly #stream: StreamSpec;
  /** What was acknowledged at a time: all of it is a duplicate window old once that much time has passed. */
  #floors: { readonly floor: number; readonly atMs: number }[] = [];

  constructor(bus: Bus, stream: StreamSpec) {
    this.#bus = bus;
    this.#stream = stream;
  }

  /** One look. May be done by any number of processes at once. @param nowMs monotonic */
  async trim(nowMs: number): Promise<{ purged: number }> {
    const { streams } = this.#bus.manager;
    const { state } = await streams.info(this.#stream.name);
    const floor = await acknowledgedBy(this.#bus, this.#stream.name);
    const isHalfFull = state.bytes > this.#stream.maxBytes / 2;
    const purgeable = isHalfFull ? floor : this.#oldFloor(floor, nowMs);
    if (purgeable < state.first_seq || state.messages === 0) return { purged: 0 };
    const { purged } = await streams.purge(this.#stream.name, { seq: purgeable + 1 });
    this.#bus.logger.debug({ stream: this.#stream.name, purged, isHalfFull }, 'acknowledged messages were taken out');
    return { purged };
  }

  #oldFloor(floor: number, nowMs: number): number {
    // A lower floor than before means that the stream was made anew.
    if (floor < (this.#floors.at(-1)?.floor ?? 0)) this.#floors = [];
    if (floor !== this.#floors.at(-1)?.floor) this.#floors.push({ floor, atMs: nowMs });
    const old = this.#floors.filter(({ atMs }) => nowMs - atMs >= DUPLICATE_WINDOW_MS);
    const newest = old.at(-1);
    if (newest !== undefined) this.#floors = this.#floors.filter((sample) => !old.includes(sample) || sample === newest);
    return newest?.floor ?? 0;
  }
}

/** The last sequence up to which every durable consumer has acknowledged everything; 0 when there is none. */
async function acknowledgedBy(bus: Bus, stream: string): Promise<number> {
  let floor = Number.POSITIVE_INFINITY;
  for await (const { config, ack_floor } of bus.manager.consumers.list(stream)) {
    if (config.durable_name !== undefined) floor = Math.min(floor, ack_floor.stream_seq);
  }
  return Number.isFinite(floor) ? floor : 0;
}

/** Frees a full stream at once; says whether there is room now. */
export async function relieve(bus: Bus, stream: StreamSpec): Promise<boolean> {
  const floor = await acknowledgedBy(bus, stream.name);
  if (floor === 0) return false;
  const { purged } = await bus.manager.streams.purge(stream.name, { seq: floor + 1 });
  bus.logger.warn({ stream: stream.name, purged }, 'a full stream was relieved of acknowledged messages');
  return purged > 0;
}

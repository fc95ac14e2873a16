import { type KV, type KvEntry, Kvm } from '@nats-io/kv';

import { BucketWatch } from './bucket-watch.ts';
import type { Bus, Stoppable } from './connection.ts';
import { wait } from './wait.ts';

const MIB = 1024 * 1024;
const RETRY_PAUSE_MS = 200;

export interface BucketOptions<T> {
  /** Letters, digits, `-` and `_`. */
  readonly name: string;
  /** Gives the value its type back; throws on what does not fit. */
  readonly parse: (value: unknown) => T;
  readonly maxBytes?: number;
}

/** The latest value for each key, kept by NATS: for what many processes want to follow, never for what must not be lost. */
export interface Bucket<T> {
  put(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  get(key: string): Promise<T | undefined>;
  keys(): Promise<string[]>;
  /**
   * Tells every present entry, then every change; `undefined` when a key is deleted. After a loss of the connection or of the
   * whole bucket it starts again from the present entries, `onRestart` first: what is not told again is gone. Resolves when the
   * present entries have been told.
   */
  watch(onEntry: (key: string, value: T | undefined) => void, onRestart?: () => void): Promise<Stoppable>;
}

/**
 * Opens the bucket, making it when it is not there. `fill` is called with it whenever it was made anew, now or after a wipe of
 * the store, and at every start of its owner: it puts all entries.
 */
export async function openBucket<T>(
  bus: Bus,
  options: BucketOptions<T>,
  fill: (bucket: Bucket<T>) => Promise<void> = async () => undefined,
): Promise<Bucket<T>> {
  const open = (): Promise<KV> =>
    new Kvm(bus.jetstream).create(options.name, { history: 1, max_bytes: options.maxBytes ?? 16 * MIB });
  const store = await open();
  const bucket = toBucket(bus, options, store, open);
  let filled: string | undefined;
  const ensureFilled = async (): Promise<void> => {
    const { created } = (await (await open()).status()).streamInfo;
    if (created === filled) return;
    await fill(bucket);
    filled = created;
  };
  await ensureFilled();
  bus.onReconnect(() => void untilDone(bus, options.name, ensureFilled));
  return bucket;
}

async function untilDone(bus: Bus, name: string, work: () => Promise<void>): Promise<void> {
  while (bus.isConnected() && !bus.isClosing()) {
    try {
      return await work();
    } catch (error) {
      bus.logger.warn({ err: error, bucket: name }, 'a bucket could not be verified yet; trying again');
      await wait(RETRY_PAUSE_MS);
    }
  }
}

function toBucket<T>(bus: Bus, { name, parse }: BucketOptions<T>, store: KV, open: () => Promise<KV>): Bucket<T> {
  const read = (entry: KvEntry): T | undefined => (entry.operation === 'PUT' ? parse(entry.json()) : undefined);
  return {
    async put(key, value) {
      await store.put(key, JSON.stringify(value));
    },
    async delete(key) {
      await store.delete(key);
    },
    async get(key) {
      const entry = await store.get(key);
      return entry === null ? undefined : read(entry);
    },
    async keys() {
      const keys: string[] = [];
      for await (const key of await store.keys()) keys.push(key);
      return keys;
    },
    async watch(onEntry, onRestart = () => undefined) {
      const tell = (entry: KvEntry): void => {
        try {
          onEntry(entry.key, read(entry));
        } catch (error) {
          bus.logger.error({ err: error, bucket: name, entry: entry.key }, 'an entry of a bucket was dropped');
        }
      };
      const watching = new BucketWatch({ bus, open, onEntry: tell, onRestart });
      await watching.start();
      return watching;
    },
  };
}

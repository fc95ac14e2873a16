import { type KV, type KvEntry, Kvm } from '@nats-io/kv';

import { BucketWatch } from './bucket-watch.ts';
import type { Bus, Stoppable } from './connection.ts';

const MIB = 1024 * 1024;

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
 * Opens the bucket, making it when it is not there. `onMade` is called whenever it was made anew, now or after a wipe of the
 * store: the owner of the entries puts them all again.
 */
export async function openBucket<T>(bus: Bus, options: BucketOptions<T>, onMade?: () => Promise<void>): Promise<Bucket<T>> {
  const open = async (): Promise<KV> =>
    new Kvm(bus.jetstream).create(options.name, { history: 1, max_bytes: options.maxBytes ?? 16 * MIB });
  let seen: string | undefined;
  const ensure = async (): Promise<KV> => {
    const bucket = await open();
    const { created } = (await bucket.status()).streamInfo;
    const isNew = created !== seen;
    seen = created;
    if (isNew) await onMade?.();
    return bucket;
  };
  const current = await ensure();
  bus.onReconnect(() => {
    ensure().catch((error: unknown) =>
      bus.logger.warn({ err: error, bucket: options.name }, 'a bucket could not be verified yet'),
    );
  });
  const read = (entry: KvEntry): T | undefined => (entry.operation === 'PUT' ? options.parse(entry.json()) : undefined);
  return {
    async put(key, value) {
      await current.put(key, JSON.stringify(value));
    },
    async delete(key) {
      await current.delete(key);
    },
    async get(key) {
      const entry = await current.get(key);
      return entry === null ? undefined : read(entry);
    },
    async keys() {
      const keys: string[] = [];
      for await (const key of await current.keys()) keys.push(key);
      return keys;
    },
    async watch(onEntry, onRestart = () => undefined) {
      const tell = (entry: KvEntry): void => {
        try {
          onEntry(entry.key, read(entry));
        } catch (error) {
          bus.logger.error({ err: error, bucket: options.name, entry: entry.key }, 'an entry of a bucket was dropped');
        }
      };
      const watching = new BucketWatch({ bus, open, onEntry: tell, onRestart });
      await watching.start();
      return watching;
    },
  };
}

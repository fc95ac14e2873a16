import { createSecretKey, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A 256-bit key and the id under which sealed values name it. */
export interface MasterKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Every fault of a key ring's text. Never says any part of a key. */
export class KeyRingError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The master keys are not usable: ${faults.join('; ')}. Give id:base64 of 32 random bytes, comma-separated, the current key first`,
    );
    this.name = 'KeyRingError';
    this.faults = faults;
  }
}

/** The first key seals, every key opens. What a key that left the ring has sealed opens no more. */
export class KeyRing {
  readonly current: MasterKey;
  readonly #keys: ReadonlyMap<string, MasterKey>;

  constructor(keys: readonly [MasterKey, ...MasterKey[]]) {
    this.current = keys[0];
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  get(id: string): MasterKey | undefined {
    return this.#keys.get(id);
  }
}

/** Reads `id:base64(32 bytes)[,id:…]`; throws one `KeyRingError` with every fault. */
export function parseKeyRing(text: string): KeyRing {
  const faults: string[] = [];
  const keys: MasterKey[] = [];
  for (const [at, entry] of text.split(',').entries()) {
    const place = `key ${at + 1}`;
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(colon, 0)).trim();
    const encoded = entry.slice(colon + 1).trim();
    const bytes = Buffer.from(encoded, 'base64');
    if (colon < 0) faults.push(`${place} has no id before a colon`);
    else if (!KEY_ID.test(id)) faults.push(`${place}: an id has 1 to 64 letters, digits, dots, dashes or underscores`);
    else if (keys.some((key) => key.id === id)) faults.push(`${place}: the id ${id} stands twice`);
    else if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== encoded)
      faults.push(`${place} (${id}) is not base64 of 32 bytes`);
    else keys.push({ id, key: createSecretKey(bytes) });
  }
  const [first, ...rest] = keys;
  if (faults.length > 0 || first === undefined) throw new KeyRingError(faults);
  return new KeyRing([first, ...rest]);
}

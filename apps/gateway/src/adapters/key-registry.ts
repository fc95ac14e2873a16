import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';

import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import { type KeyId, newId } from '@otterpost/contracts/ids';
import type { ApiKey, CreatedKey, NewKey } from '@otterpost/contracts/keys';
import type { Page, PageQuery } from '@otterpost/contracts/page';
import type { Database, Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';

import type { Doorkeeper } from '../core/caller.ts';
import { type Keys, requireWithin } from '../core/keys.ts';
import { makeApiKey, readApiKey } from './api-key.ts';
import { writeAudit } from './audit-book.ts';
import { createNamedRequests } from './named-requests.ts';
import { readPepper } from './pepper.ts';

/** The id under which the key from the environment acts. */
const ADMIN_KEY_ID = 'key_00000000000000000000000000' as KeyId;
/** What was known of a key this long ago is asked anew: only while no look at the keys in use succeeds. */
const TRUSTED_MS = 2000;

/** Keys whose digests are kept at a time. */
const KEPT_DIGESTS = 10_000;

const COLUMNS = 'id, name, scope, sites, group_ids, lookup, digest, created_at, expires_at, last_used_at';
const IS_GOOD = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())';

interface KeyRow {
  readonly [column: string]: unknown;
  readonly id: KeyId;
  readonly name: string;
  readonly scope: Caller['scope'];
  readonly sites: string[] | null;
  readonly group_ids: ApiKey['groupIds'];
  readonly lookup: string;
  readonly digest: Buffer;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
}

interface Known {
  readonly row: KeyRow;
  checkedAt: number;
}

export interface KeyRegistryOptions {
  readonly database: Database;
  readonly ring: KeyRing;
  /** The key that the environment names. */
  readonly adminKey: string | undefined;
  /** Tells the other gateways. */
  readonly announceRevoked: (id: KeyId) => void;
}

/**
 * The API keys in PostgreSQL, and who shows one. A key is random, so its HMAC is as good as a slow hash and costs nothing; the pepper
 * lies sealed beside, so that a copy of the database does not even tell whether a guessed key is right.
 */
export class KeyRegistry implements Doorkeeper, Keys {
  readonly #options: KeyRegistryOptions;
  readonly #pepper: KeyObject;
  readonly #admin: Buffer | undefined;
  /** Keys that were shown here, by their public part. */
  readonly #known = new Map<string, Known>();
  /** Of good keys, by their SHA-256: a worker that asks without a pause would have its HMAC made anew for each request. */
  readonly #digests = new Map<string, Buffer>();
  readonly #listeners = new Map<KeyId, Set<(why: Failure) => void>>();
  readonly #used = new Set<KeyId>();

  private constructor(options: KeyRegistryOptions, pepper: Buffer) {
    this.#options = options;
    this.#pepper = createSecretKey(pepper);
    this.#admin = options.adminKey === undefined ? undefined : this.digestOf(options.adminKey);
  }

  static async open(options: KeyRegistryOptions): Promise<KeyRegistry> {
    return new KeyRegistry(options, await readPepper(options.database, options.ring, 'hmac'));
  }

  async identify(authorization: string | undefined, address: string | null): Promise<Caller> {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (key === undefined) throw new Failure('unauthenticated', { detail: 'Send the header "Authorization: Bearer <key>"' });
    const sha256 = hash('sha256', key, 'base64');
    const digest = this.#digests.get(sha256) ?? this.digestOf(key);
    if (this.#admin !== undefined && timingSafeEqual(digest, this.#admin)) {
      this.#keepDigest(sha256, digest);
      return { keyId: ADMIN_KEY_ID, name: 'admin key of the environment', scope: 'admin', sites: null, groupIds: null, address };
    }
    const read = readApiKey(key);
    if (read === 'mistyped') {
      throw new Failure('unauthenticated', { detail: 'This key is mistyped or cut off: its checksum does not fit' });
    }
    const row = read === 'foreign' ? undefined : await this.#find(read.lookup);
    if (row === undefined || !timingSafeEqual(digest, row.digest) || (row.expires_at?.getTime() ?? Infinity) <= Date.now()) {
      throw new Failure('unauthenticated', { detail: 'This key is not known, has expired or was revoked' });
    }
    this.#keepDigest(sha256, digest);
    this.#used.add(row.id);
    return { keyId: row.id, name: row.name, scope: row.scope, sites: row.sites, groupIds: row.group_ids, address };
  }

  whenEnded({ keyId }: Pick<Caller, 'keyId'>, listener: (why: Failure) => void): () => void {
    const listeners = this.#listeners.get(keyId) ?? new Set();
    this.#listeners.set(keyId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(keyId) === listeners) this.#listeners.delete(keyId);
    };
  }

  async create(caller: Caller, wish: NewKey, idempotencyKey?: string): Promise<{ thing: CreatedKey; isNew: boolean }> {
    requireWithin(caller, wish);
    if (idempotencyKey === undefined) {
      return {
        thing: await this.#options.database.transaction((tx) => this.#insert(tx, caller, wish, newId('key'))),
        isNew: true,
      };
    }
    const hash = this.digestOf(JSON.stringify(['keys', wish])).toString('base64');
    const request = { keyId: caller.keyId, idempotencyKey, hash, thingId: newId('key') };
    // The name and the key come to be together: who repeats the name waits for the first, and never finds half of it.
    return this.#options.database.transaction(async (tx) => {
      const names = createNamedRequests(tx);
      const { thingId, isMade } = await names.take(request);
      if (isMade) return { thing: { ...(await this.#get(tx, thingId)), key: null }, isNew: false };
      const thing = await this.#insert(tx, caller, wish, thingId as KeyId);
      await names.markMade(request);
      return { thing, isNew: true };
    });
  }

  async #insert(tx: Queryable, caller: Caller, wish: NewKey, id: KeyId): Promise<CreatedKey> {
    const key = makeApiKey();
    const read = readApiKey(key);
    if (typeof read === 'string') throw new Failure('internal', { detail: 'A key was made that cannot be read' });
    const [made] = await tx.query<KeyRow>(
      `INSERT INTO api_keys (id, name, scope, sites, group_ids, lookup, digest, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${COLUMNS}`,
      [id, wish.name, wish.scope, wish.sites, wish.groupIds, read.lookup, this.digestOf(key), wish.expiresAt],
    );
    if (made === undefined) throw new Failure('internal', { detail: 'A key was not stored' });
    await writeAudit(tx, caller, { action: 'key.created', target: id });
    return { ...toApiKey(made), key };
  }

  async #get(tx: Queryable, id: string): Promise<ApiKey> {
    const [row] = await tx.query<KeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE id = $1 AND revoked_at IS NULL`, [id]);
    if (row === undefined) throw noSuchKey(id);
    return toApiKey(row);
  }

  async list({ limit, cursor }: PageQuery): Promise<Page<ApiKey>> {
    const rows = await this.#options.database.query<KeyRow>(
      `SELECT ${COLUMNS} FROM api_keys WHERE revoked_at IS NULL AND ($1::text IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
      [cursor ?? null, limit + 1],
    );
    const items = rows.slice(0, limit).map(toApiKey);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async revoke(caller: Caller, id: KeyId): Promise<void> {
    await this.#options.database.transaction(async (tx) => {
      const revoked = await tx.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id', [
        id,
      ]);
      if (revoked.length === 0) throw noSuchKey(id);
      await writeAudit(tx, caller, { action: 'key.revoked', target: id });
    });
    this.end(id);
    this.#options.announceRevoked(id);
  }

  /** The key is good no longer: it is forgotten, and what is held for it ends. */
  end(id: KeyId): void {
    for (const [lookup, { row }] of this.#known) if (row.id === id) this.#known.delete(lookup);
    const why = new Failure('unauthenticated', { detail: 'This key was revoked or has expired' });
    for (const listener of [...(this.#listeners.get(id) ?? [])]) listener(why);
  }

  /** Looks whether the keys in use are good still: they may have expired, or their revocation may not have been heard. */
  async lookAgain(): Promise<void> {
    const inUse = new Set<KeyId>([...[...this.#known.values()].map(({ row }) => row.id), ...this.#listeners.keys()]);
    inUse.delete(ADMIN_KEY_ID);
    if (inUse.size === 0) return;
    const askedAt = performance.now();
    const good = await this.#options.database.query<{ id: KeyId }>(`SELECT id FROM api_keys WHERE id = ANY($1) AND ${IS_GOOD}`, [
      [...inUse],
    ]);
    for (const { id } of good) inUse.delete(id);
    for (const id of inUse) this.end(id);
    for (const known of this.#known.values()) known.checkedAt = Math.max(known.checkedAt, askedAt);
  }

  /** Writes down which keys were used since the last time. */
  async noteUse(): Promise<void> {
    if (this.#used.size === 0) return;
    const used = [...this.#used];
    this.#used.clear();
    await this.#options.database.query('UPDATE api_keys SET last_used_at = now() WHERE id = ANY($1)', [used]);
  }

  /** An HMAC that only gateways can make: of a key, or of what else nobody should guess from its digest. */
  digestOf(text: string): Buffer {
    return createHmac('sha256', this.#pepper).update(text).digest();
  }

  #keepDigest(sha256: string, digest: Buffer): void {
    if (this.#digests.has(sha256)) return;
    if (this.#digests.size >= KEPT_DIGESTS) this.#digests.clear();
    this.#digests.set(sha256, digest);
  }

  async #find(lookup: string): Promise<KeyRow | undefined> {
    const known = this.#known.get(lookup);
    const askedAt = performance.now();
    if (known !== undefined && askedAt - known.checkedAt < TRUSTED_MS) return known.row;
    const [row] = await this.#options.database.query<KeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE lookup = $1 AND ${IS_GOOD}`, [
      lookup,
    ]);
    if (row === undefined) this.#known.delete(lookup);
    else this.#known.set(lookup, { row, checkedAt: askedAt });
    return row;
  }
}

function noSuchKey(id: string): Failure {
  return new Failure('not_found', { detail: `There is no key ${id}` });
}

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    sites: row.sites,
    groupIds: row.group_ids,
    prefix: row.lookup,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

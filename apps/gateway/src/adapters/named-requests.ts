import { Failure } from '@otterpost/contracts/failure';
import type { Queryable } from '@otterpost/postgres/database';

import type { NamedRequests } from '../core/once-only.ts';

const FORGOTTEN_AT_ONCE = 5000;

/** A name that is a day old is free again. */
const TAKE = `
  INSERT INTO named_requests AS known (key_id, idempotency_key, request_hash, thing_id) VALUES ($1, $2, $3, $4)
  ON CONFLICT (key_id, idempotency_key) DO UPDATE
    SET request_hash = excluded.request_hash, thing_id = excluded.thing_id, is_made = false, created_at = now()
    WHERE known.created_at < now() - interval '24 hours'
  RETURNING thing_id, request_hash, is_made`;

const KNOWN = 'SELECT thing_id, request_hash, is_made FROM named_requests WHERE key_id = $1 AND idempotency_key = $2';

const forget = (table: string): string => `
  DELETE FROM ${table} WHERE (key_id, idempotency_key) IN (
    SELECT key_id, idempotency_key FROM ${table} WHERE created_at < now() - interval '24 hours' LIMIT $1)
  RETURNING 1`;
const FORGET = [forget('named_requests'), forget('idempotency_keys')];

type NameRow = { thing_id: string; request_hash: string; is_made: boolean };

export function createNamedRequests(database: Queryable): NamedRequests {
  return {
    async take({ keyId, idempotencyKey, hash, thingId }) {
      const [taken] = await database.query<NameRow>(TAKE, [keyId, idempotencyKey, hash, thingId]);
      const [known] = taken === undefined ? await database.query<NameRow>(KNOWN, [keyId, idempotencyKey]) : [taken];
      if (known?.request_hash !== hash) {
        throw new Failure('idempotency_key_reused', { detail: 'Take a new Idempotency-Key for another request' });
      }
      return { thingId: known.thing_id, isMade: known.is_made };
    },

    async markMade({ keyId, idempotencyKey }) {
      await database.query('UPDATE named_requests SET is_made = true WHERE key_id = $1 AND idempotency_key = $2', [
        keyId,
        idempotencyKey,
      ]);
    },
  };
}

/** Clears away the names of requests, of tickets too, that nobody may repeat any more. */
export async function forgetNames(database: Queryable): Promise<void> {
  for (const statement of FORGET) {
    while ((await database.query(statement, [FORGOTTEN_AT_ONCE])).length === FORGOTTEN_AT_ONCE);
  }
}

import { randomBytes } from 'node:crypto';

import { Failure } from '@otterpost/contracts/failure';
import type { Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, keyIdOf, open, seal } from '@otterpost/sealing/seal';

/** What HMACs are made with: of API keys, and of the audit's seals. */
type Purpose = 'hmac' | 'audit';

/**
 * Made at the first start of all, the same for every gateway and for good: master keys come and go, what was digested stays. Sealed
 * anew when the ring has another current key.
 */
export async function readPepper(database: Queryable, ring: KeyRing, id: Purpose): Promise<Buffer> {
  const aad = columnAad('key_peppers', id, 'sealed');
  await database.query('INSERT INTO key_peppers (id, sealed) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [
    id,
    seal(ring, randomBytes(32), aad),
  ]);
  const [row] = await database.query<{ sealed: Buffer }>('SELECT sealed FROM key_peppers WHERE id = $1', [id]);
  if (row === undefined) throw new Failure('internal', { detail: `The pepper "${id}" is gone` });
  const pepper = open(ring, row.sealed, aad);
  if (keyIdOf(row.sealed) !== ring.current.id) {
    await database.query('UPDATE key_peppers SET sealed = $2 WHERE id = $1', [id, seal(ring, pepper, aad)]);
  }
  return pepper;
}

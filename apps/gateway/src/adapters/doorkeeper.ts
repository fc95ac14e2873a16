import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { Failure } from '@otterpost/contracts/failure';
import type { KeyId } from '@otterpost/contracts/ids';

import type { Doorkeeper } from '../core/caller.ts';

/** The id under which the key from the environment acts. */
const ADMIN_KEY_ID = 'key_00000000000000000000000000' as KeyId;

/** Knows the admin key that was given at start. Digests of equal length are compared, in constant time. */
export function createDoorkeeper(adminKey: string | undefined): Doorkeeper {
  const pepper = randomBytes(32);
  const digestOf = (key: string): Buffer => createHmac('sha256', pepper).update(key).digest();
  const admin = adminKey === undefined ? undefined : digestOf(adminKey);
  return {
    async identify(authorization, address) {
      const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (key === undefined) throw new Failure('unauthenticated', { detail: 'Send the header "Authorization: Bearer <key>"' });
      if (admin === undefined || !timingSafeEqual(digestOf(key), admin)) {
        throw new Failure('unauthenticated', { detail: 'This key is not known or was revoked' });
      }
      return { keyId: ADMIN_KEY_ID, name: 'admin key of the environment', scope: 'admin', sites: null, groupIds: null, address };
    },
  };
}

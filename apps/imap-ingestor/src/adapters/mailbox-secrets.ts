import { CREDENTIAL_COLUMN, type MailboxAssignment, PROXY_COLUMN } from '@otterpost/contracts/mailbox-requests';
import { MailboxAuth } from '@otterpost/contracts/mailboxes';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open } from '@otterpost/sealing/seal';

import { SessionEnded } from '../core/folder-session.ts';
import type { LoginOptions } from './imap-login.ts';

/** Opens what accounts-service sealed, at the moment of the login. */
export function createSecretsOf(ring: KeyRing): Pick<LoginOptions, 'credentialOf' | 'proxyOf'> {
  const openColumn = (
    sealed: string,
    { mailboxId }: MailboxAssignment,
    { table, column }: typeof CREDENTIAL_COLUMN | typeof PROXY_COLUMN,
  ) => open(ring, Buffer.from(sealed, 'base64'), columnAad(table, mailboxId, column)).toString();
  return {
    async credentialOf(assignment) {
      const auth = MailboxAuth.parse(JSON.parse(openColumn(assignment.credential, assignment, CREDENTIAL_COLUMN)));
      if (auth.type === 'password') return { type: 'password', password: auth.password };
      throw new SessionEnded('auth_failed', 'OAuth2 is not ready yet: use an app password');
    },
    proxyOf: (assignment) => (assignment.proxy === null ? null : openColumn(assignment.proxy, assignment, PROXY_COLUMN)),
  };
}

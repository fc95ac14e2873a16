import {
  ACCESS_TOKEN_COLUMN,
  CREDENTIAL_COLUMN,
  getAccessToken,
  type MailboxAssignment,
  PROXY_COLUMN,
} from '@otterpost/contracts/mailbox-requests';
import { MailboxAuth } from '@otterpost/contracts/mailboxes';
import type { Requester } from '@otterpost/messaging/request-reply';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open } from '@otterpost/sealing/seal';

import { SessionEnded } from '../core/folder-session.ts';
import type { Credential, LoginOptions } from './imap-login.ts';

/** Longer than a provider is given to answer. */
const ACCESS_TOKEN_TIMEOUT_MS = 15_000;

/** Opens what accounts-service sealed, at the moment of the login. */
export function createSecretsOf(ring: KeyRing, requester: Requester): Pick<LoginOptions, 'credentialOf' | 'proxyOf'> {
  const openColumn = (
    sealed: string,
    { mailboxId }: MailboxAssignment,
    { table, column }: typeof CREDENTIAL_COLUMN | typeof ACCESS_TOKEN_COLUMN | typeof PROXY_COLUMN,
  ) => open(ring, Buffer.from(sealed, 'base64'), columnAad(table, mailboxId, column)).toString();

  async function accessTokenOf(assignment: MailboxAssignment, refused: Credential | undefined): Promise<Credential> {
    const { mailboxId, fence } = assignment;
    const reply = await requester.ask(
      getAccessToken,
      { mailboxId, fence, refused: refused?.type === 'accessToken' ? refused.sealed : null },
      { timeoutMs: ACCESS_TOKEN_TIMEOUT_MS },
    );
    if (reply.kind === 'refused') throw new SessionEnded(reply.status, reply.statusDetail);
    const accessToken = openColumn(reply.accessToken, assignment, ACCESS_TOKEN_COLUMN);
    return { type: 'accessToken', accessToken, sealed: reply.accessToken };
  }

  return {
    async credentialOf(assignment, refused) {
      if (assignment.credential === null) return accessTokenOf(assignment, refused);
      const auth = MailboxAuth.parse(JSON.parse(openColumn(assignment.credential, assignment, CREDENTIAL_COLUMN)));
      if (auth.type === 'password') return auth;
      throw new SessionEnded('unreachable', 'The mailbox was changed to OAuth2 just now');
    },
    proxyOf: (assignment) => (assignment.proxy === null ? null : openColumn(assignment.proxy, assignment, PROXY_COLUMN)),
  };
}

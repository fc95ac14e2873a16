import { Failure } from '@otterpost/contracts/failure';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

import { SessionEnded } from '../core/folder-session.ts';

/** What imapflow tells of a refusal (its error objects carry the server's own words and code). */
interface ImapError {
  readonly authenticationFailed?: boolean;
  readonly serverResponseCode?: string;
  readonly responseText?: string;
  readonly code?: string;
  readonly message?: string;
}

/** Passing refusals by RFC 5530, whatever the server does with the login itself. */
const PASSING_CODES = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN', 'THROTTLED', 'OVERQUOTA']);
const TOO_MUCH = /too many (simultaneous )?connections|rate limit|throttl|bandwidth|try again later|temporar/i;

/** The words of well-known servers, and what to do then. */
const REFUSALS: readonly { readonly says: RegExp; readonly tell: (host: string) => string }[] = [
  {
    says: /application-specific password|app(lication)? password/i,
    tell: (host) => `${host} wants an app password instead of the account's own: make one in the account's security settings`,
  },
  {
    says: /basic authentication is (disabled|blocked)/i,
    tell: (host) => `${host} takes OAuth2 only: passwords are switched off there`,
  },
  {
    says: /imap (access )?is (disabled|not enabled)|not enabled for imap/i,
    tell: (host) => `IMAP is switched off for this account at ${host}: switch it on in the account's settings`,
  },
];

/** Why a session could not begin, in words for a person. Only a refused credential is `auth_failed`. */
export function toSessionEnded(error: unknown, { host, port, username }: MailboxAssignment): SessionEnded {
  if (error instanceof SessionEnded) return error;
  if (error instanceof Failure) return new SessionEnded('unreachable', error.message, error);
  const { authenticationFailed, serverResponseCode, responseText, code, message } = error as ImapError;
  const said = responseText ?? message ?? '';
  const passing = PASSING_CODES.has((serverResponseCode ?? '').toUpperCase()) || TOO_MUCH.test(said);
  if (passing) return new SessionEnded('throttled', `${host} refuses for now: ${said}`, error);
  if (authenticationFailed === true) {
    const known = REFUSALS.find(({ says }) => says.test(said));
    return new SessionEnded('auth_failed', known?.tell(host) ?? `${host} refused the login of ${username}: ${said}`, error);
  }
  return new SessionEnded('unreachable', tellUnreachable(code ?? '', said, `${host}:${port}`), error);
}

function tellUnreachable(code: string, said: string, at: string): string {
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY/.test(code))
    return `The certificate of ${at} is not trusted (${code}): name its authority in "ca"`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `There is no host ${at}: check the name`;
  if (code === 'ECONNREFUSED') return `Nothing listens at ${at}: check host and port`;
  return `${at} cannot be used: ${said || code || 'the connection ended'}`;
}

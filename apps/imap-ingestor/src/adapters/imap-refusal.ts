import { Failure } from '@otterpost/contracts/failure';
import { type MailProvider, providerAt } from '@otterpost/contracts/mail-providers';
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
const TOO_MUCH = /too many (simultaneous )?connections|rate limit|throttl|bandwidth|temporar|authenticated but not connected/i;
/** Said beside AUTHENTICATIONFAILED, these are politeness. */
const SORRY = /try again|unavailable|internal (server )?error|server (error|busy)|overload|timed? ?out/i;

/** The words of well-known servers, and what to do then. */
const REFUSALS: readonly { readonly says: RegExp; readonly tell: (provider: MailProvider, host: string) => string }[] = [
  {
    says: /application-specific password|app(lication)?[ -]password/i,
    tell: (provider, host) => `${host} wants an app password instead of the account's own: ${whereToGetOne(provider)}`,
  },
  {
    says: /basic ?auth(entication)?( is|Disabled| ?blocked)|basicauthblocked/i,
    tell: (_, host) => `${host} takes OAuth2 only: passwords are switched off there`,
  },
  {
    says: /imap (access )?is (disabled|not enabled)|(not enabled|disabled) for imap|imap4? (access )?(disabled|not allowed)/i,
    tell: (_, host) => `IMAP is switched off for this account at ${host}: switch it on in the account's settings`,
  },
  {
    says: /log ?in via your web browser|web login required/i,
    tell: (_, host) => `${host} wants to see the owner: sign in there by a browser, confirm that it was you, then check again`,
  },
];

/** Why a session could not begin, in words for a person. Only a refused credential is `auth_failed`. */
export function toSessionEnded(error: unknown, { host, port, username, credential }: MailboxAssignment): SessionEnded {
  if (error instanceof SessionEnded) return error;
  if (error instanceof Failure) return new SessionEnded('unreachable', error.message, error);
  const { authenticationFailed, serverResponseCode, responseText, code, message } = error as ImapError;
  const said = responseText ?? message ?? '';
  const saidCode = (serverResponseCode ?? '').toUpperCase();
  const passing = PASSING_CODES.has(saidCode) || TOO_MUCH.test(said) || (saidCode !== 'AUTHENTICATIONFAILED' && SORRY.test(said));
  if (passing) return new SessionEnded('throttled', `${host} refuses for now: ${said}`, error);
  if (authenticationFailed === true) {
    const known = REFUSALS.find(({ says }) => says.test(said));
    const provider = providerAt(host, port);
    const refused = credential === null ? tellTokenRefused(host, username) : tellRefused(provider, host, username);
    const told = known?.tell(provider, host) ?? `${refused} (${said})`;
    return new SessionEnded('auth_failed', told, error);
  }
  return new SessionEnded('unreachable', tellUnreachable(code ?? '', said, `${host}:${port}`), error);
}

function whereToGetOne({ credential: { url } }: MailProvider): string {
  return url === null ? "make one in the account's security settings" : `create one at ${url}`;
}

/** Most providers say no more than "invalid credentials" to the right password where they want another kind. */
function tellRefused(provider: MailProvider, host: string, username: string): string {
  if (provider.requiresOAuth2) return `${provider.name} takes OAuth2 only, and refused ${username}`;
  if (/^an app/i.test(provider.credential.kind))
    return `${provider.name} refused the password of ${username}: only an app password is taken there, ${whereToGetOne(provider)}`;
  return `${host} refused the login of ${username}: check username and password`;
}

function tellTokenRefused(host: string, username: string): string {
  return `${host} refused a fresh access token of ${username}: check that its owner is that username, that it was granted for IMAP, and that IMAP is switched on`;
}

function tellUnreachable(code: string, said: string, at: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of ${at} is for another name: check the host`;
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${at} has expired: its operator has to renew it`;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO')
    return `${at} does not speak TLS: check the port, or set "security" to "starttls"`;
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY/.test(code))
    return `The certificate of ${at} is not trusted (${code}): name its authority in "ca"`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `There is no host ${at}: check the name`;
  if (code === 'ECONNREFUSED') return `Nothing listens at ${at}: check host and port`;
  return `${at} cannot be used: ${said || code || 'the connection ended'}`;
}

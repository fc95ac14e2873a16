import type { MailboxId } from '@otterpost/contracts/ids';
import { OAUTH2_ENDPOINTS } from '@otterpost/contracts/mail-providers';
import type { getAccessToken } from '@otterpost/contracts/mailbox-requests';
import type { MailboxAuth } from '@otterpost/contracts/mailboxes';
import type { ReplyOf } from '@otterpost/contracts/message';

export const ACCESS_TOKENS = Symbol('AccessTokens');

export type OAuth2Auth = Extract<MailboxAuth, { type: 'oauth2' }>;

export interface AccessTokenRequest {
  readonly mailboxId: MailboxId;
  readonly fence: number;
  /** The access token that the mail server has just refused, as it was given out. */
  readonly refused: string | null;
}

export interface AccessTokens {
  /**
   * Gives the stored access token while it is good for a session, else the one that the refresh token is changed for.
   *
   * @throws Failure `stale_fence` to who asks by another fence than the mailbox has.
   */
  get(request: AccessTokenRequest): Promise<ReplyOf<typeof getAccessToken>>;
}

/** What a token endpoint answers to a refresh token (RFC 6749 sections 5 and 6). */
export type TokenAnswer =
  | {
      readonly kind: 'granted';
      readonly accessToken: string;
      readonly expiresInSeconds: number;
      /** The next refresh token, where the provider rotates them. */
      readonly refreshToken: string | undefined;
    }
  /** The mailbox's credential is at fault, and stays so until a person mends it. */
  | { readonly kind: 'refused'; readonly error: string; readonly description: string }
  /** It may go well the next time. */
  | { readonly kind: 'failed'; readonly status: 'throttled' | 'unreachable'; readonly detail: string };

export type AskTokenEndpoint = (auth: OAuth2Auth) => Promise<TokenAnswer>;

/** A session ends with its access token, and is renewed before that: the renewed one must find a token that lasts. */
const USED_SHARE = 0.75;
const LEAST_LEFT_SECONDS = 120;

/** For how long an access token is given to new sessions. */
export function renewAfterSeconds(expiresInSeconds: number): number {
  return Math.max(0, Math.min(expiresInSeconds * USED_SHARE, expiresInSeconds - LEAST_LEFT_SECONDS));
}

const OF_THE_CLIENT = new Set(['invalid_client', 'unauthorized_client']);

/** What a person has to do about a credential that the provider refuses. */
export function tellRefused(
  { error, description }: Extract<TokenAnswer, { kind: 'refused' }>,
  { provider, username, mailboxId }: { provider: OAuth2Auth['provider']; username: string; mailboxId: MailboxId },
): string {
  const { name } = OAUTH2_ENDPOINTS[provider];
  const said = description === '' ? error : `${error}: ${description}`;
  const change = `PATCH /v1/mailboxes/${mailboxId}`;
  return OF_THE_CLIENT.has(error)
    ? `${name} refused the client of ${username} (${said}): check clientId and clientSecret, sign in again with that client, and put them with the new refresh token by ${change}`
    : `${name} refused the refresh token of ${username} (${said}): sign in again at ${name} and put the new refresh token by ${change}`;
}

import { OAUTH2_ENDPOINTS, type OAuth2Provider } from '@otterpost/contracts/mail-providers';
import * as z from 'zod';

import type { AskTokenEndpoint, OAuth2Auth, TokenAnswer } from '../core/access-tokens.ts';

const ANSWER_DEADLINE_MS = 10_000;
/** Access tokens have some kilobytes. */
const ANSWER_BYTES = 64 * 1024;
const DESCRIPTION_CHARACTERS = 300;
/** RFC 6749 section 5.1 lets a server leave `expires_in` out; the providers' tokens last for an hour. */
const USUAL_LIFE_SECONDS = 3600;

/** A line break in a token would begin an IMAP command of its own. */
const Token = z.string().regex(/^[\x21-\x7e]+$/);
const Granted = z.object({
  access_token: Token,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().min(0).max(31_536_000).default(USUAL_LIFE_SECONDS),
  refresh_token: Token.optional(),
});
const Refused = z.object({ error: z.string(), error_description: z.string().default('') });

/** RFC 6749 section 5.2, and OpenID Connect Core section 3.1.2.6, which Microsoft answers from. */
const NEEDS_A_PERSON = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'invalid_scope',
  'interaction_required',
  'consent_required',
]);

/** Changes refresh tokens for access tokens at these addresses, and follows nobody to another. */
export function createTokenEndpoint(
  urls: Readonly<Record<OAuth2Provider, string>>,
  deadlineMs: number = ANSWER_DEADLINE_MS,
): AskTokenEndpoint {
  return async (auth) => {
    const at = `The token endpoint of ${OAUTH2_ENDPOINTS[auth.provider].name}`;
    try {
      const response = await fetch(urls[auth.provider], {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: toForm(auth),
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
      });
      return toAnswer(at, response.status, parseJson(await readText(response)), auth);
    } catch (error) {
      return failed('unreachable', `${at} cannot be asked: ${tellWhy(error, deadlineMs)}`);
    }
  };
}

function toForm({ provider, clientId, clientSecret, refreshToken }: OAuth2Auth): URLSearchParams {
  const { scope } = OAUTH2_ENDPOINTS[provider];
  return new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    ...(scope === null ? {} : { scope }),
  });
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES) throw new Error(`its answer is longer than ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toAnswer(at: string, status: number, body: unknown, auth: OAuth2Auth): TokenAnswer {
  if (status === 429) return failed('throttled', `${at} is asked too often for now`);
  if (status >= 500) return failed('unreachable', `${at} is out of order for now (status ${status})`);
  const granted = Granted.safeParse(body).data;
  if (status < 300 && granted !== undefined) {
    const { access_token, expires_in, refresh_token } = granted;
    return { kind: 'granted', accessToken: access_token, expiresInSeconds: expires_in, refreshToken: refresh_token };
  }
  const refused = Refused.safeParse(body).data;
  if (status < 400 || refused === undefined)
    return failed('unreachable', `${at} answered without an access token (status ${status})`);
  const error = toLine(refused.error, auth);
  if (!NEEDS_A_PERSON.has(error)) return failed('unreachable', `${at} refuses for now (${error})`);
  return { kind: 'refused', error, description: toLine(refused.error_description, auth) };
}

function failed(status: 'throttled' | 'unreachable', detail: string): TokenAnswer {
  return { kind: 'failed', status, detail };
}

/** One line of what the provider says, without what it may repeat of the request. */
function toLine(text: string, { clientSecret, refreshToken }: OAuth2Auth): string {
  const told = [refreshToken, clientSecret ?? refreshToken].reduce((line, secret) => line.replaceAll(secret, '…'), text);
  return told
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, DESCRIPTION_CHARACTERS);
}

/** fetch tells the reason in the cause of its error. */
function tellWhy(error: unknown, deadlineMs: number): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `no answer within ${deadlineMs / 1000} s`;
  return cause?.code ?? cause?.message ?? message;
}

import { Failure } from '@otterpost/contracts/failure';
import { parseOrFail } from '@otterpost/contracts/parse';
import { StorageState } from '@otterpost/contracts/sessions';

/** What is known of a session without opening it. */
export interface SessionTraits {
  readonly bytes: number;
  /** When it is surely over; null where nothing says. */
  readonly expiresAt: Date | null;
}

/**
 * Reads what a session's text tells. Playwright's storage state is checked; any other JSON is taken as it is.
 *
 * @throws Failure `invalid_json`; `invalid_request` for a storage state that Playwright would not load.
 */
export function describeSession(text: string, now: Date): SessionTraits {
  const session = parseJson(text);
  const bytes = new TextEncoder().encode(text).length;
  return { bytes, expiresAt: isStorageState(session) ? expiryOf(parseOrFail(StorageState, session), now) : null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which is a secret.
    throw new Failure('invalid_json', { detail: 'A session is one JSON value' });
  }
}

function isStorageState(session: unknown): boolean {
  const { cookies, origins } = Object(session) as { cookies?: unknown; origins?: unknown };
  return Array.isArray(cookies) && Array.isArray(origins);
}

/**
 * A login lives in cookies that scripts cannot read, where there are any: what trackers keep for years is in the others. It is
 * over when the last of them has run out; shorter ones (bot checks of half an hour) are renewed by the site.
 */
function expiryOf({ cookies }: StorageState, now: Date): Date | null {
  const lasting = cookies.filter(({ expires }) => expires * 1000 > now.getTime());
  const ofLogin = lasting.some(({ httpOnly }) => httpOnly) ? lasting.filter(({ httpOnly }) => httpOnly) : lasting;
  if (ofLogin.length === 0) return null;
  const last = Math.max(...ofLogin.map(({ expires }) => expires)) * 1000;
  return new Date(Math.min(last, LAST_DATE_MS));
}

/** PostgreSQL and ISO 8601 agree on years of four digits. */
const LAST_DATE_MS = Date.UTC(9999, 11, 31);

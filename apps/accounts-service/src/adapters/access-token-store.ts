import { Failure } from '@otterpost/contracts/failure';
import type { MailboxId } from '@otterpost/contracts/ids';
import type { OAuth2Provider } from '@otterpost/contracts/mail-providers';
import { ACCESS_TOKEN_COLUMN, CREDENTIAL_COLUMN, type getAccessToken } from '@otterpost/contracts/mailbox-requests';
import { MailboxAuth } from '@otterpost/contracts/mailboxes';
import type { ReplyOf } from '@otterpost/contracts/message';
import type { Database, Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open, seal } from '@otterpost/sealing/seal';

import {
  type AccessTokens,
  type AskTokenEndpoint,
  type OAuth2Auth,
  renewAfterSeconds,
  type TokenAnswer,
  tellRefused,
} from '../core/access-tokens.ts';
import { Turns } from '../core/turns.ts';

/** Each refresh holds a connection of the pool's ten while its provider answers: the rest of the service needs the others. */
const REFRESHES_AT_A_TIME = 3;

/** Not the mailbox's row: a provider that is slow would keep heartbeats and reports, which write many rows, waiting. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('access token ' || $1, 0))";

/** `$3` the access token that was refused. */
const LOOK = `
  SELECT username, credential, access_token,
    COALESCE(access_token <> $3, true) AND COALESCE(access_token_renew_at > clock_timestamp(), false) AS is_fresh,
    COALESCE(access_token <> $3, true) AND COALESCE(access_token_expires_at > clock_timestamp(), false) AS is_live
  FROM mailboxes WHERE id = $1 AND fence = $2 AND auth_type = 'oauth2'`;

/** `$2` the credential that was asked with: who has changed it meanwhile keeps the change. */
const STORE = `
  UPDATE mailboxes SET credential = $3, access_token = $4,
    access_token_expires_at = clock_timestamp() + make_interval(secs => $5),
    access_token_renew_at = clock_timestamp() + make_interval(secs => $6)
  WHERE id = $1 AND credential = $2
  RETURNING id`;

type Granted = Extract<TokenAnswer, { kind: 'granted' }>;
type Reply = ReplyOf<typeof getAccessToken>;

interface Seen {
  readonly username: string;
  readonly credential: Buffer;
  readonly access_token: Buffer | null;
  readonly is_fresh: boolean;
  readonly is_live: boolean;
}

/** Who asks, for which mailbox. */
interface Claim {
  readonly mailboxId: MailboxId;
  readonly fence: number;
  readonly refused: Buffer | null;
}

/** One refresh of a mailbox at a time, of whatever replica; what it brought is committed before it is given out. */
export function createAccessTokens(database: Database, ring: KeyRing, ask: AskTokenEndpoint): AccessTokens {
  const turns: Record<OAuth2Provider, Turns> = {
    google: new Turns(REFRESHES_AT_A_TIME),
    microsoft: new Turns(REFRESHES_AT_A_TIME),
  };
  const refreshing = new Map<string, Promise<Reply>>();
  /** What the provider has granted and the database could not take: the refresh token it was granted for may be good no more. */
  const unstored = new Map<MailboxId, { readonly credential: Buffer; readonly granted: Granted }>();

  async function refresh(claim: Claim): Promise<Reply> {
    const { mailboxId } = claim;
    const reply = await database.transaction(async (tx) => {
      await tx.query(LOCK, [mailboxId]);
      const seen = await look(tx, claim);
      if (seen.access_token !== null && seen.is_fresh) return issued(seen.access_token);
      const auth = openAuth(ring, mailboxId, seen.credential);
      const answer = await exchange(mailboxId, seen.credential, auth);
      if (answer.kind === 'granted') return store(tx, mailboxId, seen.credential, auth, answer);
      if (answer.kind === 'failed' && seen.access_token !== null && seen.is_live) return issued(seen.access_token);
      return toRefused(answer, { ...auth, username: seen.username, mailboxId });
    });
    unstored.delete(mailboxId);
    return reply;
  }

  async function exchange(mailboxId: MailboxId, credential: Buffer, auth: OAuth2Auth): Promise<TokenAnswer> {
    const kept = unstored.get(mailboxId);
    if (kept?.credential.equals(credential)) return kept.granted;
    const answer = await ask(auth);
    if (answer.kind === 'granted') unstored.set(mailboxId, { credential, granted: answer });
    return answer;
  }

  async function store(
    tx: Queryable,
    mailboxId: MailboxId,
    credential: Buffer,
    auth: OAuth2Auth,
    { accessToken, expiresInSeconds, refreshToken }: Granted,
  ): Promise<Reply> {
    const sealedToken = seal(ring, accessToken, aadOf(mailboxId, ACCESS_TOKEN_COLUMN));
    const next =
      refreshToken === undefined || refreshToken === auth.refreshToken
        ? credential
        : seal(ring, JSON.stringify({ ...auth, refreshToken } satisfies OAuth2Auth), aadOf(mailboxId, CREDENTIAL_COLUMN));
    const lasts = [expiresInSeconds, renewAfterSeconds(expiresInSeconds)];
    const stored = await tx.query(STORE, [mailboxId, credential, next, sealedToken, ...lasts]);
    if (stored.length > 0) return issued(sealedToken);
    return {
      kind: 'refused',
      status: 'unreachable',
      statusDetail: 'The credential was changed just now: the next login takes it',
    };
  }

  return {
    async get({ mailboxId, fence, refused }) {
      const claim: Claim = { mailboxId, fence, refused: refused === null ? null : Buffer.from(refused, 'base64') };
      const seen = await look(database, claim);
      if (seen.access_token !== null && seen.is_fresh) return issued(seen.access_token);
      const { provider } = openAuth(ring, mailboxId, seen.credential);
      const key = `${mailboxId} ${fence} ${refused}`;
      let reply = refreshing.get(key);
      if (reply === undefined) {
        reply = turns[provider].take(() => refresh(claim)).finally(() => refreshing.delete(key));
        refreshing.set(key, reply);
      }
      return reply;
    },
  };
}

async function look(on: Queryable, { mailboxId, fence, refused }: Claim): Promise<Seen> {
  const [seen] = await on.query<Seen & Record<string, unknown>>(LOOK, [mailboxId, fence, refused]);
  if (seen !== undefined) return seen;
  throw new Failure('stale_fence', {
    detail: `The mailbox ${mailboxId} has passed to another ingestor, or is not logged in to by OAuth2 any more`,
  });
}

function openAuth(ring: KeyRing, mailboxId: MailboxId, credential: Buffer): OAuth2Auth {
  const auth = MailboxAuth.parse(JSON.parse(open(ring, credential, aadOf(mailboxId, CREDENTIAL_COLUMN)).toString()));
  if (auth.type === 'oauth2') return auth;
  throw new Failure('internal', { context: { mailboxId, why: 'its credential is of another type than its row says' } });
}

function aadOf(mailboxId: MailboxId, { table, column }: typeof CREDENTIAL_COLUMN | typeof ACCESS_TOKEN_COLUMN): string {
  return columnAad(table, mailboxId, column);
}

function issued(sealed: Buffer): Reply {
  return { kind: 'issued', accessToken: sealed.toString('base64') };
}

function toRefused(answer: Exclude<TokenAnswer, Granted>, of: Parameters<typeof tellRefused>[1]): Reply {
  return answer.kind === 'refused'
    ? { kind: 'refused', status: 'auth_failed', statusDetail: tellRefused(answer, of) }
    : { kind: 'refused', status: answer.status, statusDetail: answer.detail };
}

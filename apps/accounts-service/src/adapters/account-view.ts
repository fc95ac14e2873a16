import type { Account, SessionState } from '@otterpost/contracts/accounts';
import type { AccountGroupId, AccountId, AccountLeaseId, KeyId } from '@otterpost/contracts/ids';

/** `$1` sites, `$2` groups: null shows all. */
export const SEEN_GROUP =
  'g.deleted_at IS NULL AND ($1::text[] IS NULL OR g.site = ANY($1)) AND ($2::text[] IS NULL OR g.id = ANY($2))';

/** An account's lease is the last one, as long as it has neither ended nor run out. */
export const LIVE_LEASE = 'l.id = a.lease_id AND l.ended_at IS NULL AND l.expires_at > now()';

/** What is shown of `accounts a`, and of its lease `l`. */
export const SHOWN_ACCOUNT = `
  a.id, a.group_id, a.email, a.email_key, a.proxy_shown, a.created_at, a.outcome,
  a.session_saved_at, a.session_expires_at, a.session_bytes, a.session_saved_by, a.session_etag,
  l.id AS lease_id, l.key_id AS lease_key_id, l.expires_at AS lease_expires_at`;

export interface SessionColumns {
  readonly session_saved_at: Date | null;
  readonly session_expires_at: Date | null;
  readonly session_bytes: number | null;
  readonly session_saved_by: string | null;
  readonly session_etag: string | null;
}

export interface ShownAccount extends SessionColumns {
  readonly id: string;
  readonly group_id: string;
  readonly email: string;
  readonly email_key: string;
  readonly proxy_shown: string | null;
  readonly created_at: Date;
  readonly outcome: Account['outcome'];
  readonly lease_id: string | null;
  readonly lease_key_id: string;
  readonly lease_expires_at: Date;
}

export function toAccount(row: ShownAccount): Account {
  return {
    id: row.id as AccountId,
    groupId: row.group_id as AccountGroupId,
    email: row.email,
    proxy: row.proxy_shown,
    session: toSessionState(row),
    lease:
      row.lease_id === null
        ? null
        : {
            id: row.lease_id as AccountLeaseId,
            keyId: row.lease_key_id as KeyId,
            expiresAt: row.lease_expires_at.toISOString(),
          },
    outcome: row.outcome,
    createdAt: row.created_at.toISOString(),
  };
}

export function toSessionState(row: SessionColumns): SessionState {
  if (row.session_saved_at === null) return { status: 'none' };
  return {
    status: 'saved',
    savedAt: row.session_saved_at.toISOString(),
    expiresAt: row.session_expires_at?.toISOString() ?? null,
    bytes: row.session_bytes ?? 0,
    savedBy: row.session_saved_by ?? '',
    etag: row.session_etag ?? '',
  };
}

import { Failure } from '@otterpost/contracts/failure';
import { newId } from '@otterpost/contracts/ids';
import type { MailRead } from '@otterpost/contracts/mail-events';
import type { Database, Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, seal } from '@otterpost/sealing/seal';
import { GroupCommit } from '@otterpost/service/group-commit';

import type { OpenTicket } from '../core/matching.ts';
import type { DueTicket, StoredTicket, TicketStore, TicketToOpen } from '../core/ticket-store.ts';
import { writeAudit } from './audit-book.ts';
import { assign, claim, lockSite } from './hand-out.ts';
import { isOfSite, keepMails, type MailOfSite, takeMails } from './take-mails.ts';
import { TICKET_VIEW, type TicketViewRow, toStoredTicket } from './ticket-view.ts';

/** The worker has its answer by then. */
const MARKING_REST_MS = 20;

/** The ticket that a mail's code went to. */
type Given = StoredTicket | undefined;

export function createTicketStore(database: Database, ring: KeyRing): TicketStore {
  async function find(on: Queryable, id: string): Promise<StoredTicket | undefined> {
    const [row] = await on.query<TicketViewRow & Record<string, unknown>>(`${TICKET_VIEW} WHERE t.id = $1`, [id]);
    return row === undefined ? undefined : toStoredTicket(row, ring);
  }

  async function get(on: Queryable, id: string): Promise<StoredTicket> {
    const stored = await find(on, id);
    if (stored === undefined) throw new Failure('not_found', { detail: `There is no ticket ${id}` });
    return stored;
  }

  /** One that cannot be taken keeps none of the others out. */
  async function takeTogether(mails: readonly MailOfSite[]): Promise<(Given | Promise<Given>)[]> {
    try {
      return await database.transaction((tx) => takeMails(tx, mails, ring));
    } catch (error) {
      if (mails.length === 1 || !database.isReachable()) throw error;
      return mails.map(async (mail) => (await database.transaction((tx) => takeMails(tx, [mail], ring)))[0]);
    }
  }

  const taking = new GroupCommit<MailOfSite, Given>({ kindOf: ({ site }) => site, carryOut: takeTogether });
  const marking = new GroupCommit<string, void>({
    carryOut: async (ids) => {
      await database.query(MARK_DELIVERED, [ids]);
      return ids.map(() => undefined);
    },
    restMs: MARKING_REST_MS,
  });
  const keeping = new GroupCommit<MailRead, MailRead>({
    carryOut: async (mails) => {
      await keepMails(database, mails);
      return mails;
    },
  });

  return {
    open: (wish) =>
      database.transaction(async (tx) => {
        const id = newId('ticket');
        const earlier = await rememberKey(tx, wish, id);
        if (earlier !== undefined) return { stored: await get(tx, earlier), isNew: false };
        await lockSite(tx, wish.site);
        await claim(tx, await insertTicket(tx, id, wish));
        return { stored: await get(tx, id), isNew: true };
      }),

    find: (id) => find(database, id),

    async list({ limit, cursor, keyId, sites, status, site, manual }) {
      const rows = await database.query<TicketViewRow & Record<string, unknown>>(
        `${TICKET_VIEW}
         WHERE ($1::text IS NULL OR t.id < $1) AND ($2::text IS NULL OR t.key_id = $2) AND ($3::text IS NULL OR t.status = $3)
           AND ($4::text IS NULL OR t.site = $4) AND ($5::boolean IS NULL OR t.manual = $5)
           AND ($6::text[] IS NULL OR t.site = ANY($6))
         ORDER BY t.id DESC LIMIT $7`,
        [cursor ?? null, keyId ?? null, status ?? null, site ?? null, manual ?? null, sites, limit + 1],
      );
      const items = rows.slice(0, limit).map((row) => toStoredTicket(row, ring));
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.ticket.id ?? null) : null };
    },

    cancel: (id) => endOpen(id, 'cancelled', null),

    expire: (id, cause) => endOpen(id, 'expired', cause),

    fulfilByHand: (id, found, by) =>
      database.transaction(async (tx) => {
        const stored = await find(tx, id);
        if (stored === undefined) return undefined;
        await lockSite(tx, stored.ticket.site);
        const { ticket } = await get(tx, id);
        requireOpen(ticket);
        const codeId = newId('code');
        const [column, value] = 'code' in found ? (['code', found.code] as const) : (['link', found.link] as const);
        await tx.query(
          `INSERT INTO codes (id, site, recipient, ${column}, status, position, noticed_at, confidence, authenticity)
           VALUES ($1, $2, $3, $4, 'assigned', 0, now(), 1, 'unknown')`,
          [codeId, ticket.site, ticket.recipient, seal(ring, value, columnAad('codes', codeId, column))],
        );
        await assign(tx, codeId, id, 'manual');
        await writeAudit(tx, by, { action: 'code.typed', target: id });
        return get(tx, id);
      }),

    assign: (codeId, ticketId, by) =>
      database.transaction(async (tx) => {
        await lockSite(tx, (await get(tx, ticketId)).ticket.site);
        const stored = await get(tx, ticketId);
        await takeOffShelf(tx, codeId, stored.ticket);
        requireOpen(stored.ticket);
        await assign(tx, codeId, ticketId, 'email');
        await writeAudit(tx, by, { action: 'code.assigned', target: codeId });
        return get(tx, ticketId);
      }),

    reject: (id, reason) =>
      database.transaction(async (tx) => {
        const stored = await find(tx, id);
        if (stored === undefined) return undefined;
        await lockSite(tx, stored.ticket.site);
        const rejected = await tx.query<{ position: string }>(
          `UPDATE assignments SET rejected_at = now(), rejected_because = $2 FROM codes
           WHERE ticket_id = $1 AND rejected_at IS NULL AND codes.id = code_id RETURNING codes.position`,
          [id, reason ?? null],
        );
        if (rejected.length === 0) throw new Failure('ticket_not_fulfilled');
        await claim(tx, await reopen(tx, id, Number(rejected[0]?.position ?? 0)));
        return get(tx, id);
      }),

    take: async (mail) => {
      if (isOfSite(mail)) return taking.ask(mail);
      await keeping.ask(mail);
      return undefined;
    },

    async mailboxOf(recipient) {
      const [row] = await database.query<{ mailbox_id: string }>(
        'SELECT mailbox_id FROM mails WHERE recipient = $1 ORDER BY position DESC LIMIT 1',
        [recipient],
      );
      return row?.mailbox_id;
    },

    async awaited() {
      const rows = await database.query<{ mailbox_id: string | null }>(
        "SELECT DISTINCT mailbox_id FROM tickets WHERE status = 'open' AND NOT manual AND expires_at > now()",
      );
      return rows.map(({ mailbox_id }) => mailbox_id);
    },

    async due(limit) {
      const rows = await database.query<TicketViewRow & { refused: boolean; unassigned: boolean; without_code: boolean }>(
        `SELECT seen.*,
           EXISTS (SELECT 1 FROM mails m WHERE ${SEEN_SINCE} AND m.refused) AS refused,
           EXISTS (SELECT 1 FROM codes m WHERE ${SEEN_SINCE} AND m.status = 'unassigned') AS unassigned,
           EXISTS (SELECT 1 FROM mails m WHERE ${SEEN_SINCE} AND m.kind = 'none') AS without_code
         FROM (${TICKET_VIEW.replace('SELECT t.id,', 'SELECT t.position, t.id,')}
               WHERE t.status = 'open' AND t.expires_at <= clock_timestamp() ORDER BY t.expires_at LIMIT $1) seen`,
        [limit],
      );
      return rows.map(
        (row): DueTicket => ({
          ...toStoredTicket(row, ring),
          facts: { refused: row.refused, unassigned: row.unassigned, withoutCode: row.without_code },
        }),
      );
    },

    async ended(ids) {
      const rows = await database.query<{ id: string }>("SELECT id FROM tickets WHERE id = ANY($1) AND status <> 'open'", [ids]);
      return rows.map(({ id }) => id);
    },

    markDelivered: (id) => marking.ask(id),
  };

  /** Under the lock of its site: a code that is being given to the ticket comes first, or not at all. */
  function endOpen(id: string, status: 'cancelled' | 'expired', cause: string | null): Promise<StoredTicket | undefined> {
    return database.transaction(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('tickets.site'), hashtext(site)) FROM tickets WHERE id = $1", [id]);
      const rows = await tx.query("UPDATE tickets SET status = $2, cause = $3 WHERE id = $1 AND status = 'open' RETURNING id", [
        id,
        status,
        cause,
      ]);
      return rows.length === 1 ? get(tx, id) : undefined;
    });
  }
}

/** Two gateways may mark the same assignments in another order: neither waits for the other, which does the same. */
const MARK_DELIVERED = `
  UPDATE assignments SET delivered_at = clock_timestamp() WHERE code_id IN (
    SELECT code_id FROM assignments WHERE ticket_id = ANY($1) AND rejected_at IS NULL AND delivered_at IS NULL
    FOR UPDATE SKIP LOCKED)`;

function requireOpen({ status }: StoredTicket['ticket']): void {
  if (status === 'fulfilled') throw new Failure('ticket_already_fulfilled');
  if (status !== 'open') throw new Failure('ticket_ended', { detail: `The ticket is ${status}` });
}

/** An unassigned code that may be this ticket's: no site and no recipient ever gets another's, not even by a person's hand. */
async function takeOffShelf(tx: Queryable, codeId: string, ticket: StoredTicket['ticket']): Promise<void> {
  const [code] = await tx.query<{ status: string; site: string; recipient: string | null }>(
    'SELECT status, site, recipient FROM codes WHERE id = $1',
    [codeId],
  );
  if (code === undefined) throw new Failure('not_found', { detail: `There is no code ${codeId}` });
  const isOthers =
    code.site !== ticket.site || (ticket.recipient !== null && code.recipient !== null && code.recipient !== ticket.recipient);
  if (isOthers) {
    throw new Failure('invalid_request', { errors: [{ path: 'ticketId', message: 'is for another site or recipient' }] });
  }
  if (code.status !== 'unassigned') throw new Failure('code_not_unassigned', { detail: `The code is ${code.status}` });
  await tx.query("UPDATE codes SET status = 'assigned', reason = NULL WHERE id = $1", [codeId]);
}

/** What came for this ticket's site and recipient after it was opened. */
const SEEN_SINCE =
  'm.site = seen.site AND m.position > seen.position AND (seen.recipient IS NULL OR m.recipient = seen.recipient)';

/** The ticket that this key opened within a day; remembers the key for the new one otherwise. */
async function rememberKey(tx: Queryable, { keyId, idempotency }: TicketToOpen, ticketId: string): Promise<string | undefined> {
  if (idempotency === undefined) return undefined;
  const made = await tx.query(
    `INSERT INTO idempotency_keys (key_id, idempotency_key, request_hash, ticket_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (key_id, idempotency_key) DO UPDATE
       SET request_hash = excluded.request_hash, ticket_id = excluded.ticket_id, created_at = now()
       WHERE idempotency_keys.created_at < now() - interval '24 hours'
     RETURNING ticket_id`,
    [keyId, idempotency.key, idempotency.hash, ticketId],
  );
  if (made.length === 1) return undefined;
  const [known] = await tx.query<{ ticket_id: string; request_hash: string }>(
    'SELECT ticket_id, request_hash FROM idempotency_keys WHERE key_id = $1 AND idempotency_key = $2',
    [keyId, idempotency.key],
  );
  if (known?.request_hash !== idempotency.hash) {
    throw new Failure('idempotency_key_reused', { detail: 'Take a new Idempotency-Key for another request' });
  }
  return known.ticket_id;
}

async function insertTicket(
  tx: Queryable,
  id: string,
  { keyId, wish, site, position, mailboxId }: TicketToOpen,
): Promise<OpenTicket> {
  const notBefore = wish.notBefore === undefined ? null : new Date(wish.notBefore);
  const recipient = wish.recipient?.toLowerCase() ?? null;
  const [row] = await tx.query<{ opened_at: Date; expires_at: Date }>(
    `INSERT INTO tickets (id, key_id, site, recipient, mailbox_id, mailbox_named, manual, kind, not_before, position, labels, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() + make_interval(secs => $12))
     RETURNING opened_at, expires_at`,
    [
      id,
      keyId,
      site,
      recipient,
      mailboxId,
      wish.mailboxId !== undefined,
      wish.manual ?? false,
      wish.kind,
      notBefore,
      position,
      wish.labels,
      wish.expiresIn,
    ],
  );
  return {
    id,
    site,
    recipient,
    mailboxId: wish.mailboxId ?? null,
    manual: wish.manual ?? false,
    kind: wish.kind,
    openedAt: row?.opened_at ?? new Date(0),
    expiresAt: row?.expires_at ?? new Date(0),
    notBefore,
    position,
  };
}

/** Open again with the same end; what it takes now must be newer than what was refused. */
async function reopen(tx: Queryable, id: string, position: number): Promise<OpenTicket> {
  const [row] = await tx.query<{
    site: string;
    recipient: string | null;
    mailbox_id: string | null;
    manual: boolean;
    kind: OpenTicket['kind'];
    opened_at: Date;
    expires_at: Date;
    position: string;
  }>(
    `UPDATE tickets SET status = 'open', position = GREATEST(position, $2), not_before = NULL WHERE id = $1
     RETURNING site, recipient, CASE WHEN mailbox_named THEN mailbox_id END AS mailbox_id, manual, kind, opened_at, expires_at, position`,
    [id, position],
  );
  if (row === undefined) throw new Failure('not_found', { detail: `There is no ticket ${id}` });
  return {
    id,
    site: row.site,
    recipient: row.recipient,
    mailboxId: row.mailbox_id,
    manual: row.manual,
    kind: row.kind,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    notBefore: null,
    position: Number(row.position),
  };
}

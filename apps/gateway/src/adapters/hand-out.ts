import { newId } from '@otterpost/contracts/ids';
import type { MailRead } from '@otterpost/contracts/mail-events';
import type { Queryable, Transaction } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, seal } from '@otterpost/sealing/seal';

import { decide, type FoundCode, isGivenTo, type OpenTicket } from '../core/matching.ts';
import type { StoredTicket } from '../core/ticket-store.ts';
import { type TicketViewRow, toStoredTicket } from './ticket-view.ts';

/** Codes and tickets of one site meet one after the other: whoever decides sees all that was decided before. */
export async function lockSite(tx: Queryable, site: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtext('tickets.site'), hashtext($1))", [site]);
}

/** More open tickets than this for one code are not looked at: all that are read ask for what the mail holds, from its mailbox. */
const TICKETS_LOOKED_AT = 100;

interface CandidateRow {
  readonly id: string;
  readonly site: string;
  readonly recipient: string | null;
  readonly mailbox_id: string | null;
  readonly manual: boolean;
  readonly kind: OpenTicket['kind'];
  readonly opened_at: Date;
  readonly expires_at: Date;
  readonly not_before: Date | null;
  readonly position: string;
  readonly now: Date;
}

const CANDIDATES = `
  SELECT id, site, recipient, CASE WHEN mailbox_named THEN mailbox_id END AS mailbox_id, manual, kind, opened_at, expires_at,
         not_before, position, clock_timestamp() AS now
  FROM tickets
  WHERE status = 'open' AND NOT manual AND site = $1 AND (recipient = $2 OR recipient IS NULL)
    AND (position < $3 OR not_before IS NOT NULL) AND expires_at > clock_timestamp()
    AND (NOT mailbox_named OR mailbox_id = $4) AND (kind = 'any' OR (kind = 'code' AND $5) OR (kind = 'link' AND $6))
  ORDER BY recipient NULLS LAST, opened_at, id
  LIMIT ${TICKETS_LOOKED_AT}`;

export function toOpenTicket(row: CandidateRow): OpenTicket {
  return {
    id: row.id,
    site: row.site,
    recipient: row.recipient,
    mailboxId: row.mailbox_id,
    manual: row.manual,
    kind: row.kind,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    notBefore: row.not_before,
    position: Number(row.position),
  };
}

/** A mail's outcome, once: false when it was stored before. Takes the lock of its site first, for what follows. */
export async function storeMail(tx: Queryable, mail: MailRead): Promise<boolean> {
  const rows = await tx.query(
    `WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('tickets.site'), hashtext(COALESCE($3, ''))) AS site)
     INSERT INTO mails (mail_id, mailbox_id, site, recipient, kind, reason, refused, position, noticed_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM locked ON CONFLICT (mail_id) DO NOTHING RETURNING mail_id`,
    [
      mail.mailId,
      mail.mailboxId,
      mail.site,
      mail.recipient,
      mail.kind,
      mail.reason?.code ?? null,
      mail.refused,
      mail.position,
      mail.hops.noticedAt,
    ],
  );
  return rows.length === 1;
}

/** The open tickets that may take what this mail holds; none for a mail that is refused. Under the lock of the site. */
export async function findCandidates(tx: Queryable, mail: MailRead, site: string): Promise<CandidateRow[]> {
  if (mail.refused) return [];
  return tx.query<CandidateRow>(CANDIDATES, [
    site,
    mail.recipient,
    mail.position,
    mail.mailboxId,
    mail.code !== null,
    mail.link !== null,
  ]);
}

/**
 * Supersedes what is older, stores the code, gives it to the ticket if it has one, and gives that ticket as it is then: one statement,
 * the last of its transaction. The uniqueness constraints of `assignments` have the last word: one code a ticket, one ticket a code.
 */
const GIVE = `
  WITH older AS (
    UPDATE codes SET status = 'superseded'
    WHERE status = 'unassigned' AND site = $3 AND recipient IS NOT DISTINCT FROM $4 AND position < $10
      AND $9 IS DISTINCT FROM 'not_authentic'
  ), kept AS (
    INSERT INTO codes (id, mail_id, site, recipient, mailbox_id, code, link, status, reason, position, received_at, noticed_at,
                       from_address, subject, confidence, authenticity, hops)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    RETURNING id AS code_id, code, link, hops
  ), given AS (
    INSERT INTO assignments (code_id, ticket_id, source) SELECT code_id, $18, 'email' FROM kept WHERE $18::text IS NOT NULL
    RETURNING ticket_id, source, assigned_at, delivered_at
  ), ended AS (
    UPDATE tickets SET status = 'fulfilled' FROM given WHERE id = given.ticket_id
    RETURNING id, key_id, site, recipient, mailbox_id, manual, status, opened_at, expires_at, labels, cause
  )
  SELECT ended.*, given.source, given.assigned_at, given.delivered_at, kept.code_id, kept.code, kept.link, kept.hops
  FROM ended, given, kept`;

interface Found {
  readonly site: string;
  readonly candidates: readonly CandidateRow[];
  readonly ring: KeyRing;
}

/** Stores the code that a mail held and gives it to its ticket, under the lock of its site; gives that ticket. */
export async function handOut(
  tx: Transaction,
  mail: MailRead,
  { site, candidates, ring }: Found,
): Promise<StoredTicket | undefined> {
  const code = toFoundCode(mail, site);
  const decision = mail.refused
    ? ({ kind: 'hold', reason: 'not_authentic' } as const)
    : decide(code, candidates.map(toOpenTicket), candidates[0]?.now ?? new Date(0));
  const codeId = newId('code');
  const superseded = decision.kind === 'hold' && (await hasNewer(tx, code));
  const sealed = (column: 'code' | 'link' | 'subject'): Buffer | null => {
    const value = mail[column];
    return value === null ? null : seal(ring, value, columnAad('codes', codeId, column));
  };
  const [given] = await tx.last<TicketViewRow & Record<string, unknown>>(GIVE, [
    codeId,
    mail.mailId,
    site,
    mail.recipient,
    mail.mailboxId,
    sealed('code'),
    sealed('link'),
    decision.kind === 'assign' ? 'assigned' : superseded ? 'superseded' : 'unassigned',
    decision.kind === 'assign' ? null : decision.reason,
    mail.position,
    code.receivedAt,
    code.noticedAt,
    mail.from,
    sealed('subject'),
    mail.confidence,
    mail.authenticity,
    JSON.stringify(mail.hops),
    decision.kind === 'assign' ? decision.ticketId : null,
  ]);
  return given === undefined ? undefined : toStoredTicket(given, ring);
}

/** The two uniqueness constraints have the last word: one code a ticket, one ticket a code. */
export async function assign(tx: Queryable, codeId: string, ticketId: string, source: 'email' | 'manual'): Promise<void> {
  await tx.query(
    `WITH given AS (INSERT INTO assignments (code_id, ticket_id, source) VALUES ($1, $2, $3) RETURNING ticket_id)
     UPDATE tickets SET status = 'fulfilled' FROM given WHERE tickets.id = given.ticket_id`,
    [codeId, ticketId, source],
  );
}

/** A mail that may be forged makes no other one old. */
async function hasNewer(tx: Queryable, code: FoundCode): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM codes WHERE site = $1 AND recipient IS NOT DISTINCT FROM $2 AND position > $3 AND mail_id IS NOT NULL
       AND reason IS DISTINCT FROM 'not_authentic' LIMIT 1`,
    [code.site, code.recipient, code.position],
  );
  return rows.length > 0;
}

interface UnclaimedRow {
  readonly id: string;
  readonly site: string;
  readonly recipient: string | null;
  readonly mailbox_id: string;
  readonly has_code: boolean;
  readonly has_link: boolean;
  readonly position: string;
  readonly received_at: Date | null;
  readonly noticed_at: Date;
  readonly now: Date;
}

/** The newest codes are looked at; a ticket that may take none of them waits for the next. */
const CODES_LOOKED_AT = 20;

const UNCLAIMED = `
  SELECT id, site, recipient, mailbox_id, code IS NOT NULL AS has_code, link IS NOT NULL AS has_link, position, received_at,
         noticed_at, clock_timestamp() AS now
  FROM codes
  WHERE status = 'unassigned' AND reason = 'no_ticket' AND site = $1 AND ($2::text IS NULL OR recipient = $2)
    AND (position > $3 OR $4::timestamptz IS NOT NULL) AND ($5::text IS NULL OR mailbox_id = $5)
    AND ($6 = 'any' OR ($6 = 'code' AND code IS NOT NULL) OR ($6 = 'link' AND link IS NOT NULL))
  ORDER BY position DESC LIMIT ${CODES_LOOKED_AT}`;

/** Other open tickets of the site that name no recipient. */
const RIVALS = `
  SELECT id, site, recipient, CASE WHEN mailbox_named THEN mailbox_id END AS mailbox_id, manual, kind, opened_at, expires_at,
         not_before, position, clock_timestamp() AS now
  FROM tickets
  WHERE status = 'open' AND NOT manual AND site = $1 AND id <> $2 AND recipient IS NULL AND expires_at > clock_timestamp()
  ORDER BY opened_at, id LIMIT ${TICKETS_LOOKED_AT}`;

/**
 * Gives a ticket that has just been opened, or opened again, the newest unclaimed code that is its own, under the lock of its site.
 * A code that was held as ambiguous is left to an operator.
 */
export async function claim(tx: Queryable, ticket: OpenTicket): Promise<void> {
  const { id, site, recipient, position, notBefore, mailboxId, kind } = ticket;
  const codes = await tx.query<UnclaimedRow>(UNCLAIMED, [site, recipient, position, notBefore, mailboxId, kind]);
  if (codes.length === 0) return;
  const rivals = recipient === null ? await tx.query<CandidateRow>(RIVALS, [site, id]) : [];
  const tickets = [ticket, ...rivals.map(toOpenTicket)];
  const own = codes.find((row) => isGivenTo(id, decide(toUnclaimed(row), tickets, row.now)));
  if (own === undefined) return;
  await tx.query("UPDATE codes SET status = 'assigned', reason = NULL WHERE id = $1", [own.id]);
  await assign(tx, own.id, id, 'email');
}

function toUnclaimed(row: UnclaimedRow): FoundCode {
  return {
    site: row.site,
    recipient: row.recipient,
    mailboxId: row.mailbox_id,
    hasCode: row.has_code,
    hasLink: row.has_link,
    position: Number(row.position),
    receivedAt: row.received_at,
    noticedAt: row.noticed_at,
  };
}

function toFoundCode(mail: MailRead, site: string): FoundCode {
  const { serverReceivedAt, noticedAt } = mail.hops;
  return {
    site,
    recipient: mail.recipient,
    mailboxId: mail.mailboxId,
    hasCode: mail.code !== null,
    hasLink: mail.link !== null,
    position: mail.position,
    receivedAt: serverReceivedAt === null ? null : new Date(Date.parse(serverReceivedAt) + (mail.serverClockOffsetMs ?? 0)),
    noticedAt: new Date(noticedAt),
  };
}

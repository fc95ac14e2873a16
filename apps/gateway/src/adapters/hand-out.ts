import type { Queryable } from '@otterpost/postgres/database';

import { decide, type FoundCode, isGivenTo, type OpenTicket } from '../core/matching.ts';

/** Codes and tickets of one site meet one after the other: whoever decides sees all that was decided before. */
export async function lockSite(tx: Queryable, site: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtext('tickets.site'), hashtext($1))", [site]);
}

/** More open tickets than this for one code are not looked at: all that are read ask for what the mail holds, from its mailbox. */
export const TICKETS_LOOKED_AT = 100;

export interface CandidateRow {
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

/** The two uniqueness constraints have the last word: one code a ticket, one ticket a code. */
export async function assign(tx: Queryable, codeId: string, ticketId: string, source: 'email' | 'manual'): Promise<void> {
  await tx.query(
    `WITH given AS (INSERT INTO assignments (code_id, ticket_id, source) VALUES ($1, $2, $3) RETURNING ticket_id)
     UPDATE tickets SET status = 'fulfilled' FROM given WHERE tickets.id = given.ticket_id`,
    [codeId, ticketId, source],
  );
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

/** One text for each case: a plan that is kept for both could not search for the recipient. */
const unclaimed = (recipient: string): string => `
  SELECT id, site, recipient, mailbox_id, code IS NOT NULL AS has_code, link IS NOT NULL AS has_link, position, received_at,
         noticed_at, clock_timestamp() AS now
  FROM codes
  WHERE status = 'unassigned' AND reason = 'no_ticket' AND site = $1 AND ${recipient}
    AND (position > $3 OR $4::timestamptz IS NOT NULL) AND ($5::text IS NULL OR mailbox_id = $5)
    AND ($6 = 'any' OR ($6 = 'code' AND code IS NOT NULL) OR ($6 = 'link' AND link IS NOT NULL))
  ORDER BY position DESC LIMIT ${CODES_LOOKED_AT}`;
const UNCLAIMED_OF_RECIPIENT = unclaimed('recipient = $2');
const UNCLAIMED_OF_SITE = unclaimed('$2::text IS NULL');

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
  const text = recipient === null ? UNCLAIMED_OF_SITE : UNCLAIMED_OF_RECIPIENT;
  const codes = await tx.query<UnclaimedRow>(text, [site, recipient, position, notBefore, mailboxId, kind]);
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

import { newId } from '@otterpost/contracts/ids';
import type { MailRead } from '@otterpost/contracts/mail-events';
import type { Queryable, Transaction } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, seal } from '@otterpost/sealing/seal';

import { type Decision, decide, type FoundCode } from '../core/matching.ts';
import type { StoredTicket } from '../core/ticket-store.ts';
import { type CandidateRow, TICKETS_LOOKED_AT, toOpenTicket } from './hand-out.ts';
import { type TicketViewRow, toStoredTicket } from './ticket-view.ts';

/**
 * As `lockSite`. Left to itself, PostgreSQL plans a statement over arrays anew at each call, which takes longer than to carry it out. A plan
 * that is kept may have been made while the tables were still empty, where reading all of one looks cheapest, or all of an index in another
 * order: only indexes are to be read, in the order that is asked for.
 */
export const LOCK_AND_PLAN_ONCE = `
  SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
         set_config('enable_sort', 'off', true), pg_advisory_xact_lock(hashtext('tickets.site'), hashtext($1))`;

/** A mail that holds something, of a site that is known. */
export type MailOfSite = MailRead & { readonly site: string };

export function isOfSite(mail: MailRead): mail is MailOfSite {
  return mail.site !== null && mail.kind !== 'none';
}

const MAILS = '(mail_id, mailbox_id, site, recipient, kind, reason, refused, position, noticed_at)';

const KEEP = `
  INSERT INTO mails ${MAILS}
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::bigint[],
                       $9::timestamptz[])
  ON CONFLICT (mail_id) DO NOTHING`;

/** Mails that are for no ticket: each one's outcome, once. */
export async function keepMails(on: Queryable, mails: readonly MailRead[]): Promise<void> {
  await on.query(KEEP, [
    mails.map(({ mailId }) => mailId),
    mails.map(({ mailboxId }) => mailboxId),
    mails.map(({ site }) => site),
    mails.map(({ recipient }) => recipient),
    mails.map(({ kind }) => kind),
    mails.map(({ reason }) => reason?.code ?? null),
    mails.map(({ refused }) => refused),
    mails.map(({ position }) => position),
    mails.map(({ hops }) => hops.noticedAt),
  ]);
}

/**
 * Open tickets that may take what a mail holds. Each of the two ways to name its recipient is one search of `tickets_open`: in its order,
 * since among few tickets any index looks as good.
 */
const mayTake = (recipient: string): string => `
  SELECT id, site, recipient, CASE WHEN mailbox_named THEN mailbox_id END AS mailbox_id, manual, kind, opened_at, expires_at,
         not_before, position
  FROM tickets
  WHERE NOT asked.refused AND status = 'open' AND NOT manual AND site = $1 AND ${recipient}
    AND (position < asked.position OR not_before IS NOT NULL) AND expires_at > clock_timestamp()
    AND (NOT mailbox_named OR mailbox_id = asked.mailbox_id)
    AND (kind = 'any' OR (kind = 'code' AND asked.has_code) OR (kind = 'link' AND asked.has_link))
  ORDER BY recipient, opened_at, id
  LIMIT ${TICKETS_LOOKED_AT}`;

/**
 * For each mail, whether it was taken before, and the open tickets that may take what it holds; none for a mail that is refused. A
 * ticket's row names its mail; a mail without one has a row without a ticket.
 */
export const CANDIDATES = `
  SELECT asked.mail_id, (SELECT true FROM mails WHERE mails.mail_id = asked.mail_id) IS NOT NULL AS is_known,
         clock_timestamp() AS now, t.*
  FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::boolean[], $7::boolean[], $8::boolean[])
    AS asked (mail_id, recipient, position, mailbox_id, has_code, has_link, refused)
  LEFT JOIN LATERAL (
    (${mayTake('recipient = asked.recipient')}) UNION ALL (${mayTake('recipient IS NULL')})) t ON true`;

type AskedRow = { readonly mail_id: string; readonly is_known: boolean; readonly now: Date } & (
  | CandidateRow
  | { readonly id: null }
);

/** The same recipient, or none: each is one search of an index, which IS NOT DISTINCT FROM is not. */
const sameRecipient = (table: string): string[] => [
  `${table}.recipient = asked.recipient`,
  `${table}.recipient IS NULL AND asked.recipient IS NULL`,
];

/** Codes of the same site and recipient that came earlier and are nobody's. */
const OLDER = sameRecipient('earlier').map(
  (same) => `
    SELECT earlier.id FROM codes earlier
    WHERE earlier.status = 'unassigned' AND earlier.site = $1 AND ${same} AND earlier.position < asked.position`,
);

/** A code that came later from the same site to the same recipient. A mail that may be forged makes no other one old. */
const NEWER = [
  `EXISTS (
      SELECT FROM asked later
      WHERE later.recipient IS NOT DISTINCT FROM asked.recipient AND later.position > asked.position
        AND later.reason IS DISTINCT FROM 'not_authentic')`,
  ...sameRecipient('mails').map(
    (same) => `EXISTS (
      SELECT FROM mails JOIN codes later ON later.mail_id = mails.mail_id
      WHERE mails.site = $1 AND ${same} AND mails.position > asked.position AND later.reason IS DISTINCT FROM 'not_authentic')`,
  ),
];

/**
 * Stores the mails and their codes, supersedes what is older, gives each code to the ticket that it was decided for, and gives those
 * tickets as they are then: one statement, the last of its transaction. The uniqueness constraints of `assignments` have the last
 * word: one code a ticket, one ticket a code.
 */
export const GIVE = `
  WITH asked AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[], $9::bigint[],
                         $10::timestamptz[], $11::timestamptz[], $12::bytea[], $13::bytea[], $14::bytea[], $15::text[], $16::float8[],
                         $17::text[], $18::text[], $19::text[], $20::text[])
      AS asked (code_id, mail_id, mailbox_id, recipient, kind, mail_reason, refused, position, noticed_at, received_at,
                code, link, subject, from_address, confidence, authenticity, hops, ticket_id, reason)
  ), stored AS (
    INSERT INTO mails ${MAILS}
    SELECT mail_id, mailbox_id, $1, recipient, kind, mail_reason, refused, position, noticed_at FROM asked
  ), older AS (
    UPDATE codes SET status = 'superseded' FROM asked, LATERAL (${OLDER.join(' UNION ALL ')}) old
    WHERE codes.id = old.id AND asked.reason IS DISTINCT FROM 'not_authentic'
  ), kept AS (
    INSERT INTO codes (id, mail_id, site, recipient, mailbox_id, code, link, status, reason, position, received_at, noticed_at,
                       from_address, subject, confidence, authenticity, hops)
    SELECT code_id, mail_id, $1, recipient, mailbox_id, code, link,
           CASE WHEN ticket_id IS NOT NULL THEN 'assigned'
                WHEN ${NEWER.join(' OR ')} THEN 'superseded'
                ELSE 'unassigned' END,
           reason, position, received_at, noticed_at, from_address, subject, confidence, authenticity, hops::jsonb
    FROM asked
    RETURNING id AS code_id, code, link, hops
  ), given AS (
    INSERT INTO assignments (code_id, ticket_id, source) SELECT code_id, ticket_id, 'email' FROM asked WHERE ticket_id IS NOT NULL
    RETURNING code_id, ticket_id, source, assigned_at, delivered_at
  ), ended AS (
    UPDATE tickets SET status = 'fulfilled' FROM given WHERE id = given.ticket_id
    RETURNING id, key_id, site, recipient, mailbox_id, manual, status, opened_at, expires_at, labels, cause
  )
  SELECT ended.*, given.source, given.assigned_at, given.delivered_at, kept.code_id, kept.code, kept.link, kept.hops
  FROM ended JOIN given ON given.ticket_id = ended.id JOIN kept ON kept.code_id = given.code_id`;

/**
 * Takes mails of one site as if each came by itself, in the order in which they were noted: what one of them gets, no later one may.
 * Gives the ticket that each mail's code went to. What was taken before changes nothing.
 */
export async function takeMails(
  tx: Transaction,
  mails: readonly MailOfSite[],
  ring: KeyRing,
): Promise<(StoredTicket | undefined)[]> {
  const site = mails[0]?.site ?? '';
  // The second statement goes out with the first, and sees what was decided before: the first one waits for the site's lock.
  const [, candidates] = await Promise.all([tx.query(LOCK_AND_PLAN_ONCE, [site]), findCandidates(tx, mails, site)]);
  const decided = decideAll(mails, candidates);
  if (decided.length === 0) return mails.map(() => undefined);
  const rows = await tx.last<TicketViewRow & Record<string, unknown>>(GIVE, [site, ...toColumns(decided, ring)]);
  const tickets = new Map(rows.map((row) => [row.id, toStoredTicket(row, ring)]));
  const byMail = new Map(decided.map(({ mail, decision }) => [mail.mailId, decision]));
  return mails.map(({ mailId }) => {
    const decision = byMail.get(mailId);
    // A mail that came twice at a time was taken once.
    byMail.delete(mailId);
    return decision?.kind === 'assign' ? tickets.get(decision.ticketId) : undefined;
  });
}

function findCandidates(tx: Queryable, mails: readonly MailOfSite[], site: string): Promise<AskedRow[]> {
  return tx.query<AskedRow>(CANDIDATES, [
    site,
    mails.map(({ mailId }) => mailId),
    mails.map(({ recipient }) => recipient),
    mails.map(({ position }) => position),
    mails.map(({ mailboxId }) => mailboxId),
    mails.map(({ code }) => code !== null),
    mails.map(({ link }) => link !== null),
    mails.map(({ refused }) => refused),
  ]);
}

interface Decided {
  readonly mail: MailOfSite;
  readonly code: FoundCode;
  readonly decision: Decision;
}

function decideAll(mails: readonly MailOfSite[], rows: readonly AskedRow[]): Decided[] {
  const rowsOf = Map.groupBy(rows, ({ mail_id }) => mail_id);
  const given = new Set<string>();
  const decided = new Map<string, Decided>();
  for (const mail of mails.toSorted((a, b) => a.position - b.position)) {
    const own = rowsOf.get(mail.mailId) ?? [];
    if (own[0]?.is_known !== false || decided.has(mail.mailId)) continue;
    const tickets = own.flatMap((row) => (row.id === null || given.has(row.id) ? [] : [toOpenTicket(row)]));
    const code = toFoundCode(mail);
    const decision: Decision = mail.refused ? { kind: 'hold', reason: 'not_authentic' } : decide(code, tickets, own[0].now);
    if (decision.kind === 'assign') given.add(decision.ticketId);
    decided.set(mail.mailId, { mail, code, decision });
  }
  return [...decided.values()];
}

/** The columns of `asked` in `GIVE`. */
function toColumns(decided: readonly Decided[], ring: KeyRing): unknown[][] {
  const ids = decided.map(() => newId('code'));
  const sealed = (column: 'code' | 'link' | 'subject'): (Buffer | null)[] =>
    decided.map(({ mail }, at) => {
      const value = mail[column];
      return value === null ? null : seal(ring, value, columnAad('codes', ids[at] ?? '', column));
    });
  return [
    ids,
    decided.map(({ mail }) => mail.mailId),
    decided.map(({ mail }) => mail.mailboxId),
    decided.map(({ mail }) => mail.recipient),
    decided.map(({ mail }) => mail.kind),
    decided.map(({ mail }) => mail.reason?.code ?? null),
    decided.map(({ mail }) => mail.refused),
    decided.map(({ mail }) => mail.position),
    decided.map(({ code }) => code.noticedAt),
    decided.map(({ code }) => code.receivedAt),
    sealed('code'),
    sealed('link'),
    sealed('subject'),
    decided.map(({ mail }) => mail.from),
    decided.map(({ mail }) => mail.confidence),
    decided.map(({ mail }) => mail.authenticity),
    decided.map(({ mail }) => JSON.stringify(mail.hops)),
    decided.map(({ decision }) => (decision.kind === 'assign' ? decision.ticketId : null)),
    decided.map(({ decision }) => (decision.kind === 'hold' ? decision.reason : null)),
  ];
}

function toFoundCode({ site, recipient, mailboxId, code, link, position, hops, serverClockOffsetMs }: MailOfSite): FoundCode {
  const { serverReceivedAt, noticedAt } = hops;
  return {
    site,
    recipient,
    mailboxId,
    hasCode: code !== null,
    hasLink: link !== null,
    position,
    receivedAt: serverReceivedAt === null ? null : new Date(Date.parse(serverReceivedAt) + (serverClockOffsetMs ?? 0)),
    noticedAt: new Date(noticedAt),
  };
}

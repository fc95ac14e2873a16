import type { TicketId } from '@otterpost/contracts/ids';
import type { MailHops } from '@otterpost/contracts/mail-events';
import type { Receipt, Ticket } from '@otterpost/contracts/tickets';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open } from '@otterpost/sealing/seal';

import type { StoredTicket } from '../core/ticket-store.ts';

/** A ticket with the code that it has now. Read by every statement that gives tickets, so that they are told in one form. */
export const TICKET_VIEW = `
  SELECT t.id, t.key_id, t.site, t.recipient, t.mailbox_id, t.manual, t.status, t.opened_at, t.expires_at, t.labels, t.cause,
         a.source, a.assigned_at, a.delivered_at, c.id AS code_id, c.code, c.link, c.hops
  FROM tickets t
  LEFT JOIN assignments a ON a.ticket_id = t.id AND a.rejected_at IS NULL
  LEFT JOIN codes c ON c.id = a.code_id`;

export interface TicketViewRow {
  readonly id: string;
  readonly key_id: string;
  readonly site: string;
  readonly recipient: string | null;
  readonly mailbox_id: string | null;
  readonly manual: boolean;
  readonly status: string;
  readonly opened_at: Date;
  readonly expires_at: Date;
  readonly labels: Record<string, string>;
  readonly cause: string | null;
  readonly source: string | null;
  readonly assigned_at: Date | null;
  readonly delivered_at: Date | null;
  readonly code_id: string | null;
  readonly code: Buffer | null;
  readonly link: Buffer | null;
  readonly hops: MailHops | null;
}

export function toStoredTicket(row: TicketViewRow, ring: KeyRing): StoredTicket {
  return {
    ticket: {
      id: row.id as TicketId,
      site: row.site,
      recipient: row.recipient,
      status: row.status as Ticket['status'],
      openedAt: row.opened_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      ...openSealed(row, ring),
      ...(row.assigned_at === null || row.source === null
        ? {}
        : { source: row.source as 'email' | 'manual', receipt: toReceipt(row.hops, row.assigned_at, row.delivered_at) }),
      ...(row.cause === null ? {} : { cause: row.cause as NonNullable<Ticket['cause']> }),
      labels: row.labels,
    },
    keyId: row.key_id,
    manual: row.manual,
    mailboxId: row.mailbox_id,
  };
}

function openSealed({ code_id, code, link }: TicketViewRow, ring: KeyRing): { code?: string; link?: string } {
  if (code_id === null) return {};
  const opened = (column: 'code' | 'link', sealed: Buffer): string =>
    open(ring, sealed, columnAad('codes', code_id, column)).toString();
  return { ...(code === null ? {} : { code: opened('code', code) }), ...(link === null ? {} : { link: opened('link', link) }) };
}

function toReceipt(hops: MailHops | null, assignedAt: Date, deliveredAt: Date | null): Receipt {
  return {
    mailDate: hops?.mailDate ?? null,
    serverReceivedAt: hops?.serverReceivedAt ?? null,
    noticedAt: hops?.noticedAt ?? null,
    fetchedAt: hops?.fetchedAt ?? null,
    publishedAt: hops?.publishedAt ?? null,
    extractedAt: hops?.extractedAt ?? null,
    assignedAt: assignedAt.toISOString(),
    deliveredAt: deliveredAt?.toISOString() ?? null,
  };
}

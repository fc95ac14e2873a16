import type { CodeListing } from '@otterpost/contracts/codes';
import type { CodeId, MailboxId, TicketId } from '@otterpost/contracts/ids';
import type { Queryable } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';
import { columnAad, open } from '@otterpost/sealing/seal';

import type { CodeShelf } from '../core/code-shelf.ts';
import { hideCode, maskCode, maskLink } from '../core/live-feed.ts';

interface CodeRow {
  readonly [column: string]: unknown;
  readonly id: CodeId;
  readonly site: string;
  readonly recipient: string | null;
  readonly code: Buffer | null;
  readonly link: Buffer | null;
  readonly status: CodeListing['status'];
  readonly reason: CodeListing['reason'];
  readonly ticket_id: TicketId | null;
  readonly mailbox_id: MailboxId | null;
  readonly from_address: string | null;
  readonly subject: Buffer | null;
  readonly received_at: Date;
  readonly confidence: number;
  readonly authenticity: CodeListing['authenticity'];
}

const CODE_VIEW = `
  SELECT c.id, c.site, c.recipient, c.code, c.link, c.status, c.reason, a.ticket_id, c.mailbox_id, c.from_address, c.subject,
         COALESCE(c.received_at, c.noticed_at) AS received_at, c.confidence, c.authenticity
  FROM codes c
  LEFT JOIN assignments a ON a.code_id = c.id`;

export function createCodeShelf(database: Queryable, ring: KeyRing): CodeShelf {
  return {
    async list({ limit, cursor, sites, site, recipient, since, status }) {
      const rows = await database.query<CodeRow>(
        `${CODE_VIEW}
         WHERE ($1::text IS NULL OR c.id < $1) AND ($2::text IS NULL OR c.site = $2) AND ($3::text IS NULL OR c.recipient = $3)
           AND ($4::timestamptz IS NULL OR COALESCE(c.received_at, c.noticed_at) >= $4) AND ($5::text IS NULL OR c.status = $5)
           AND ($6::text[] IS NULL OR c.site = ANY($6))
         ORDER BY c.id DESC LIMIT $7`,
        [cursor ?? null, site ?? null, recipient?.toLowerCase() ?? null, since ?? null, status ?? null, sites, limit + 1],
      );
      const items = rows.slice(0, limit).map((row) => toListing(row, ring));
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },

    async find(id) {
      const [row] = await database.query<CodeRow>(`${CODE_VIEW} WHERE c.id = $1`, [id]);
      return row === undefined ? undefined : toListing(row, ring);
    },
  };
}

function toListing(row: CodeRow, ring: KeyRing): CodeListing {
  const opened = (column: 'code' | 'link' | 'subject'): string | null => {
    const sealed = row[column];
    return sealed === null ? null : open(ring, sealed, columnAad('codes', row.id, column)).toString();
  };
  const [code, link, subject] = [opened('code'), opened('link'), opened('subject')];
  return {
    id: row.id,
    site: row.site,
    recipient: row.recipient,
    code: code === null ? null : maskCode(code),
    link: link === null ? null : maskLink(link),
    status: row.status,
    reason: row.reason,
    ticketId: row.ticket_id,
    mailboxId: row.mailbox_id,
    from: row.from_address,
    subject: subject === null ? null : hideCode(subject, code),
    receivedAt: row.received_at.toISOString(),
    confidence: row.confidence,
    authenticity: row.authenticity,
  };
}

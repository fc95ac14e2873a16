import type { Queryable } from '@otterpost/postgres/database';

const BLANKED_AT_ONCE = 1000;

/**
 * A code was used when its worker had it, else when its ticket's time was over; one that nobody got, when it was read. The subject goes
 * with it: it may hold the code. A code without its text is nobody's any more.
 */
const BLANK = `
  UPDATE codes SET code = NULL, link = NULL, subject = NULL,
         status = CASE status WHEN 'unassigned' THEN 'superseded' ELSE status END
  WHERE id IN (
    SELECT c.id FROM codes c
    LEFT JOIN assignments a ON a.code_id = c.id
    LEFT JOIN tickets t ON t.id = a.ticket_id
    WHERE (c.code IS NOT NULL OR c.link IS NOT NULL OR c.subject IS NOT NULL)
      AND c.created_at < now() - make_interval(secs => $1)
      AND COALESCE(a.delivered_at, t.expires_at, c.created_at) < now() - make_interval(secs => $1)
    ORDER BY c.created_at LIMIT ${BLANKED_AT_ONCE} FOR UPDATE OF c SKIP LOCKED)
  RETURNING id`;

/** Takes the text of every code away that was used this long ago. */
export async function blankCodes(database: Queryable, retentionSeconds: number): Promise<void> {
  for (;;) {
    const blanked = await database.query(BLANK, [retentionSeconds]);
    if (blanked.length < BLANKED_AT_ONCE) return;
  }
}

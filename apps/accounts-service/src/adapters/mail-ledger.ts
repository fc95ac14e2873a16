import { Failure } from '@otterpost/contracts/failure';
import type { MailboxId } from '@otterpost/contracts/ids';
import { type MailId, toMailId } from '@otterpost/contracts/mail-events';
import type { Database } from '@otterpost/postgres/database';

import { type MailLedger, OVERLAP, SWEEP_AFTER_SECONDS, SWEEP_AFTER_SECONDS_AT_MOST } from '../core/mail-ledger.ts';

/** The mailbox, as long as its fence is still this one; locked against a new owner until the statement ends. */
const OWNED = 'SELECT id FROM mailboxes WHERE id = $1 AND fence = $2 FOR SHARE';

/** What was noted under another UIDVALIDITY is the same mail: it keeps its place in the order, and is not read twice. */
const NOTE = `
  WITH owned AS (${OWNED})
  INSERT INTO mails (mail_id, mailbox_id, folder, uid_validity, uid, fence, position, digest, settled_at, outcome, reason)
  SELECT n.mail_id, owned.id, $3, $4, n.uid, $2,
         COALESCE(before.position, CASE WHEN n.at = 1 THEN $8::bigint END, nextval('mail_position')),
         n.digest, before.settled_at, before.outcome, before.reason
  FROM owned, unnest($5::text[], $6::bigint[], $7::text[]) WITH ORDINALITY AS n(mail_id, uid, digest, at)
  LEFT JOIN LATERAL (
    SELECT position, settled_at, outcome, reason FROM mails
    WHERE mailbox_id = $1 AND digest = n.digest AND folder = $3 AND uid_validity <> $4
    ORDER BY settled_at NULLS LAST LIMIT 1) before ON true
  ON CONFLICT (mail_id) DO UPDATE SET fence = GREATEST(mails.fence, EXCLUDED.fence)
  RETURNING uid, position, settled_at IS NOT NULL AS settled`;

const SWEEP = `
  UPDATE mails SET swept_at = now(), sweeps = sweeps + 1 WHERE mail_id IN (
    SELECT mail_id FROM mails JOIN mailboxes ON mailboxes.id = mails.mailbox_id
    WHERE mailboxes.owner = $1 AND settled_at IS NULL
      AND COALESCE(swept_at, noted_at) < now() - make_interval(secs => LEAST($2 * power(2, LEAST(sweeps, 10)), $3))
    ORDER BY position LIMIT 500)
  RETURNING mail_id, mailbox_id, folder, uid_validity, uid, (SELECT fence FROM mailboxes WHERE id = mailbox_id) AS fence`;

export function createMailLedger(database: Database): MailLedger {
  return {
    async openFolder({ mailboxId, fence, folder, uidValidity, uidNext, firstUid = null }) {
      return database.transaction(async (tx) => {
        const owned = await tx.query(OWNED, [mailboxId, fence]);
        if (owned.length === 0) throw stale(mailboxId, fence);
        await tx.query(
          `INSERT INTO folders (mailbox_id, folder, uid_validity, first_uid)
           SELECT $1, $2, $3, COALESCE($5::bigint, $4)
           WHERE $5::bigint IS NOT NULL OR NOT EXISTS (SELECT 1 FROM folders WHERE mailbox_id = $1 AND folder = $2)
           ON CONFLICT DO NOTHING`,
          [mailboxId, folder, uidValidity, uidNext, firstUid],
        );
        const [row] = await tx.query<{ last_uid: string; known: string[]; unsettled: string[] }>(
          `WITH seen AS (SELECT uid, settled_at FROM mails WHERE mailbox_id = $1 AND folder = $2 AND uid_validity = $3),
                last AS (SELECT GREATEST(f.first_uid - 1, (SELECT COALESCE(max(uid), 0) FROM seen)) AS uid
                         FROM folders f WHERE f.mailbox_id = $1 AND f.folder = $2 AND f.uid_validity = $3)
           SELECT last.uid AS last_uid,
                  ARRAY(SELECT uid FROM seen WHERE uid > last.uid - $4 ORDER BY uid) AS known,
                  ARRAY(SELECT uid FROM seen WHERE settled_at IS NULL ORDER BY uid LIMIT 500) AS unsettled
           FROM last`,
          [mailboxId, folder, uidValidity, OVERLAP],
        );
        return {
          isRenewed: row === undefined,
          lastUid: Number(row?.last_uid ?? 0),
          known: (row?.known ?? []).map(Number),
          unsettled: (row?.unsettled ?? []).map(Number),
        };
      });
    },

    async reserve() {
      const [row] = await database.query<{ position: string }>("SELECT nextval('mail_position') AS position");
      return Number(row?.position);
    },

    async note({ mailboxId, fence, folder, uidValidity, mails, position = null }) {
      const mailIds = mails.map(({ uid }) => toMailId({ mailboxId: mailboxId as MailboxId, folder, uidValidity, uid }));
      const rows = await database.query<{ uid: string; position: string; settled: boolean }>(NOTE, [
        mailboxId,
        fence,
        folder,
        uidValidity,
        mailIds,
        mails.map(({ uid }) => uid),
        mails.map(({ digest }) => digest),
        position,
      ]);
      if (rows.length === 0) throw stale(mailboxId, fence);
      return rows.map(({ uid, position, settled }) => ({ uid: Number(uid), position: Number(position), settled }));
    },

    async sweep(ingestorId) {
      const rows = await database.query<{
        mail_id: string;
        mailbox_id: string;
        folder: string;
        uid_validity: string;
        uid: string;
        fence: string;
      }>(SWEEP, [ingestorId, SWEEP_AFTER_SECONDS, SWEEP_AFTER_SECONDS_AT_MOST]);
      return rows.map((row) => ({
        mailId: row.mail_id as MailId,
        mailboxId: row.mailbox_id as MailboxId,
        fence: Number(row.fence),
        folder: row.folder,
        uidValidity: Number(row.uid_validity),
        uid: Number(row.uid),
      }));
    },

    /** Not waited for until it lies on the disk: a mail whose settling a crash undoes is swept up and settled again. */
    async settle(mails) {
      const rows = await database.query(
        `UPDATE mails SET settled_at = now(), outcome = s.outcome, reason = s.reason
         FROM unnest($1::text[], $2::text[], $3::text[]) AS s(mail_id, outcome, reason),
              set_config('synchronous_commit', 'off', true)
         WHERE mails.mail_id = s.mail_id AND settled_at IS NULL RETURNING mails.mail_id`,
        [mails.map(({ mailId }) => mailId), mails.map(({ outcome }) => outcome), mails.map(({ reason }) => reason)],
      );
      return rows.length;
    },

    async position() {
      const [row] = await database.query<{ position: string }>(
        'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS position FROM mail_position',
      );
      return Number(row?.position ?? 0);
    },
  };
}

function stale(mailboxId: string, fence: number): Failure {
  return new Failure('stale_fence', { detail: 'Another ingestor holds this mailbox now', context: { mailboxId, fence } });
}

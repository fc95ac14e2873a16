import { type MailboxId, newId } from '@otterpost/contracts/ids';
import { toMailId } from '@otterpost/contracts/mail-events';
import type { Database } from '@otterpost/postgres/database';
import type { KeyRing } from '@otterpost/sealing/key-ring';

import { type MailOfSite, takeMails } from './take-mails.ts';
import { TICKET_VIEW } from './ticket-view.ts';

/** Connections that a gateway in use keeps busy; each plans its statements for itself. */
const CONNECTIONS = 4;

/** Ends a transaction that was only to be tried. */
class NotMeant extends Error {}

/**
 * Hands out a made-up code and takes it back, on some connections at once: the first true code after a start finds connections open and
 * statements planned.
 */
export async function warmUp(database: Database, ring: KeyRing): Promise<void> {
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => tryOnce(database, ring, `warm-up-${at}.invalid`)));
}

async function tryOnce(database: Database, ring: KeyRing, site: string): Promise<void> {
  const mail = madeUpMail(site);
  try {
    await database.transaction(async (tx) => {
      await takeMails({ query: tx.query, last: tx.query }, [mail], ring);
      await tx.query(`${TICKET_VIEW} WHERE t.id = $1`, [site]);
      throw new NotMeant();
    });
  } catch (error) {
    if (!(error instanceof NotMeant)) throw error;
  }
}

function madeUpMail(site: string): MailOfSite {
  const place = { mailboxId: newId('mailbox') as MailboxId, folder: 'INBOX', uidValidity: 1, uid: 1 };
  const now = new Date().toISOString();
  return {
    ...place,
    mailId: toMailId(place),
    position: 1,
    serverClockOffsetMs: null,
    hops: { mailDate: null, serverReceivedAt: now, noticedAt: now, fetchedAt: now, publishedAt: now, extractedAt: now },
    kind: 'code',
    code: '000000',
    link: null,
    reason: null,
    confidence: 0,
    site,
    recipient: null,
    forwarded: 'none',
    authenticity: 'unknown',
    refused: false,
    expiresIn: null,
    from: null,
    subject: null,
  };
}

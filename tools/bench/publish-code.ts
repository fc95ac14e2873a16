import { newId } from '@otterpost/contracts/ids';
import { mailRead, toMailId } from '@otterpost/contracts/mail-events';
import type { EventPublisher } from '@otterpost/messaging/publish';

let position = 0;

/** As the extractor publishes what it read in a mail to this recipient. */
export async function publishCode(
  publisher: EventPublisher,
  { site, recipient, code }: { site: string; recipient: string; code: string },
): Promise<void> {
  position++;
  const now = new Date().toISOString();
  const place = { mailboxId: newId('mailbox'), folder: 'INBOX', uidValidity: 1, uid: position };
  const mailId = toMailId(place);
  const hops = { mailDate: null, serverReceivedAt: null, noticedAt: now, fetchedAt: now, publishedAt: now, extractedAt: now };
  const found = { kind: 'code', code, link: null, reason: null, confidence: 1, expiresIn: null, site } as const;
  const sender = { forwarded: 'none', authenticity: 'pass', refused: false, from: `no-reply@${site}`, subject: 'Code' } as const;
  const mail = { ...place, ...found, ...sender, mailId, position, serverClockOffsetMs: 0, hops, recipient };
  await publisher.publish(mailRead, mail, { id: mailId });
}

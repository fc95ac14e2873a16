import { setTimeout as sleep } from 'node:timers/promises';

import { Mailbox } from '@otterpost/contracts/mailboxes';
import type { Ticket } from '@otterpost/contracts/tickets';

import { CODE_MAILS, DECOY_MAILS, type DemoMail, TYPED_BY_HAND } from './mails.ts';
import { median, type Row, toHops, toLine } from './table.ts';
import { call, type Door, waitForCode } from './worker.ts';

/** Delivers a mail into the demo's mailbox; gives the instant at which the server wrote its EXISTS. */
export type Deliver = (mail: DemoMail) => Promise<{ existsAt: number }>;

export interface Outcome {
  readonly rows: readonly Row[];
  readonly right: number;
  readonly medianMs: number;
}

/** A ticket for a decoy is kept open this long: the shortest that the contract allows. */
const DECOY_SECONDS = 5;
/** Between two mails, so that each is timed alone. */
const PAUSE_MS = 100;

/**
 * The show itself: each worker opens its ticket, the mail is delivered, the worker gets its code. The first two share a
 * site and a mailbox and wait at the same time. Prints each row as it comes.
 */
export async function play(door: Door, deliver: Deliver, print: (line: string) => void): Promise<Outcome> {
  const rows: Row[] = [];
  const show = (row: Row): void => {
    rows.push(row);
    print(toLine(row));
  };
  const decoys = Promise.all(DECOY_MAILS.map((mail) => playDecoy(door, deliver, mail)));
  const [first, second, ...rest] = CODE_MAILS;
  if (first === undefined || second === undefined) throw new Error('the show has no mails');
  for (const row of await playTogether(door, deliver, [first, second])) show(row);
  for (const mail of rest) {
    await sleep(PAUSE_MS);
    for (const row of await playTogether(door, deliver, [mail])) show(row);
  }
  show(await playByHand(door));
  for (const row of await decoys) show(row);
  const timed = rows.flatMap(({ totalMs }) => (totalMs === null ? [] : [totalMs]));
  return { rows, right: rows.filter(({ right }) => right).length, medianMs: median(timed) };
}

/** Mails that go the same way before the show, so that what is timed is the suite at work and not its start. */
export const WARM_UP_MAILS = 15;
export async function warmUp(door: Door, deliver: Deliver): Promise<void> {
  for (let at = 0; at < WARM_UP_MAILS; at++) {
    const code = String(310_000 + at);
    const [row] = await playTogether(door, deliver, [
      {
        site: 'warm-up.example',
        language: 'English',
        from: 'Warm-up <no-reply@warm-up.example>',
        to: `warm-up-${at}@otters.example`,
        subject: 'Your code',
        html: `<p>Your verification code is</p><p>${code}</p>`,
        expect: { code },
      },
    ]);
    if (row?.right !== true) throw new Error(`a mail before the show went wrong: ${row?.got}`);
  }
}

/** All tickets are open before the first mail comes; each worker must get its own code. */
async function playTogether(door: Door, deliver: Deliver, mails: readonly DemoMail[]): Promise<Row[]> {
  const waiting = await Promise.all(mails.map((mail) => openThenWait(door, { site: mail.site, recipient: mail.to })));
  const delivered: { existsAt: number }[] = [];
  for (const mail of mails) {
    delivered.push(await deliver(mail));
    if (mails.length > 1) await sleep(PAUSE_MS);
  }
  return Promise.all(
    mails.map(async (mail, at): Promise<Row> => {
      const { ticket, answeredAt } = (await waiting[at]?.answer) ?? {};
      const existsAt = delivered[at]?.existsAt ?? Number.NaN;
      if (ticket === undefined || answeredAt === undefined) throw new Error(`nobody waited for ${mail.to}`);
      return {
        site: mail.site,
        recipient: mail.to,
        got: toGot(ticket),
        right: isExpected(mail, ticket),
        totalMs: ticket.status === 'fulfilled' ? answeredAt - existsAt : null,
        hops: ticket.receipt === undefined ? '' : toHops(ticket.receipt, existsAt, answeredAt),
      };
    }),
  );
}

interface Waiting {
  readonly answer: Promise<{ ticket: Ticket; answeredAt: number }>;
  readonly opened: Ticket;
}

/** Comes back when the ticket is open; its answer comes later. */
async function openThenWait(
  door: Door,
  wish: { site: string; recipient: string; manual?: boolean; expiresIn?: number },
): Promise<Waiting> {
  return new Promise((resolve, reject) => {
    const answer: Waiting['answer'] = waitForCode(door, wish, (opened) => resolve({ opened, answer })).then((ticket) => ({
      ticket,
      answeredAt: Date.now(),
    }));
    answer.catch(reject);
  });
}

async function playDecoy(door: Door, deliver: Deliver, mail: DemoMail): Promise<Row> {
  const { answer } = await openThenWait(door, { site: mail.site, recipient: mail.to, expiresIn: DECOY_SECONDS });
  await deliver(mail);
  const { ticket } = await answer;
  return { site: mail.site, recipient: mail.to, got: toGot(ticket), right: isExpected(mail, ticket), totalMs: null, hops: '' };
}

async function playByHand(door: Door): Promise<Row> {
  const { site, recipient, code } = TYPED_BY_HAND;
  const { opened, answer } = await openThenWait(door, { site, recipient, manual: true });
  await call(door, 'POST', `/v1/tickets/${opened.id}/code`, { code });
  const { ticket } = await answer;
  const right = ticket.code === code && ticket.source === 'manual';
  return { site, recipient, got: `${toGot(ticket)} (typed by a person)`, right, totalMs: null, hops: '' };
}

function isExpected({ expect }: DemoMail, ticket: Ticket): boolean {
  if (expect === null) return ticket.status === 'expired' && ticket.cause === 'mail_without_code';
  if (ticket.status !== 'fulfilled') return false;
  return 'code' in expect ? ticket.code === expect.code : ticket.link === expect.link && ticket.code === undefined;
}

function toGot(ticket: Ticket): string {
  if (ticket.status === 'fulfilled') return ticket.code ?? ticket.link ?? 'nothing';
  return `no code: ${ticket.cause ?? ticket.status}`;
}

/** Watches a mailbox and comes back when it is connected and waiting. */
export async function addMailbox(door: Door, mailbox: Record<string, unknown>, deadlineMs: number): Promise<Mailbox> {
  const deadline = Date.now() + deadlineMs;
  let known = Mailbox.parse(await call(door, 'POST', '/v1/mailboxes', mailbox));
  while (known.status !== 'waiting_for_emails') {
    if (Date.now() > deadline)
      throw new Error(`the mailbox ${known.name} did not connect: ${known.status}, ${known.statusDetail ?? 'no detail'}`);
    await sleep(50);
    known = Mailbox.parse(await call(door, 'GET', `/v1/mailboxes/${known.id}`));
  }
  return known;
}

/** The rules by which a code finds its ticket (CONTRACT section 4, "Tickets"). Pure: the database only holds what these decide. */

export interface OpenTicket {
  readonly id: string;
  readonly site: string;
  readonly recipient: string | null;
  readonly mailboxId: string | null;
  readonly manual: boolean;
  readonly kind: 'code' | 'link' | 'any';
  readonly openedAt: Date;
  readonly expiresAt: Date;
  readonly notBefore: Date | null;
  /** The ledger's position when the ticket was opened. */
  readonly position: number;
}

export interface FoundCode {
  readonly site: string;
  readonly recipient: string | null;
  readonly mailboxId: string;
  readonly hasCode: boolean;
  readonly hasLink: boolean;
  readonly position: number;
  /** INTERNALDATE corrected by the measured offset of its server; null when the server told none. */
  readonly receivedAt: Date | null;
  readonly noticedAt: Date;
}

export type Decision =
  | { readonly kind: 'assign'; readonly ticketId: string }
  | { readonly kind: 'hold'; readonly reason: HoldReason };
export type HoldReason = 'no_ticket' | 'ambiguous' | 'not_authentic';

/**
 * Who gets the code: the ticket for its recipient that was opened first; without one, the only ticket that names no recipient. Several
 * of those: nobody, for a guess could give a worker another's code.
 */
export function decide(code: FoundCode, tickets: readonly OpenTicket[], now: Date): Decision {
  const fitting = tickets.filter((ticket) => mayTake(ticket, code, now)).sort(byOpening);
  const [named] = fitting.filter(({ recipient }) => recipient !== null);
  if (named !== undefined) return { kind: 'assign', ticketId: named.id };
  const [only, another] = fitting;
  if (only === undefined) return { kind: 'hold', reason: 'no_ticket' };
  return another === undefined ? { kind: 'assign', ticketId: only.id } : { kind: 'hold', reason: 'ambiguous' };
}

export function isGivenTo(ticketId: string, decision: Decision): boolean {
  return decision.kind === 'assign' && decision.ticketId === ticketId;
}

export function mayTake(ticket: OpenTicket, code: FoundCode, now: Date): boolean {
  return (
    ticket.site === code.site &&
    !ticket.manual &&
    (ticket.recipient === null || ticket.recipient === code.recipient) &&
    (ticket.mailboxId === null || ticket.mailboxId === code.mailboxId) &&
    (ticket.kind === 'any' || (ticket.kind === 'code' ? code.hasCode : code.hasLink)) &&
    ticket.expiresAt > now &&
    isFresh(ticket, code)
  );
}

/**
 * A ticket takes only mails noted after it was opened; INTERNALDATE has whole seconds and may only rule out more. With `notBefore`
 * in the past it takes what was received since then instead.
 */
export function isFresh(ticket: Pick<OpenTicket, 'position' | 'openedAt' | 'notBefore'>, code: FoundCode): boolean {
  const received = code.receivedAt ?? code.noticedAt;
  if (ticket.notBefore !== null) return received >= ticket.notBefore;
  if (code.position <= ticket.position) return false;
  return code.receivedAt === null || toSecond(code.receivedAt) >= toSecond(ticket.openedAt);
}

function toSecond(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function byOpening(a: OpenTicket, b: OpenTicket): number {
  return a.openedAt.getTime() - b.openedAt.getTime() || (a.id < b.id ? -1 : 1);
}

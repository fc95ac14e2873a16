/** The rules of CONTRACT section 4 in the plainest words: everything in two lists, looked through from end to end. */

export interface PlainTicket {
  readonly number: number;
  readonly site: string;
  readonly recipient: string | null;
  readonly kind: 'code' | 'link' | 'any';
  /** Also takes what was received before it was opened, until a code of it is rejected. */
  takesPast: boolean;
  /** Takes mails after this one only; grows when a code is rejected. */
  after: number;
  status: 'open' | 'fulfilled' | 'cancelled';
  holds: string | null;
}

export interface PlainMail {
  readonly value: string;
  /** The place in the order of noting. */
  readonly position: number;
  readonly site: string;
  readonly recipient: string | null;
  readonly has: 'code' | 'link' | 'both';
  readonly refused: boolean;
}

interface PlainCode extends PlainMail {
  status: 'assigned' | 'unassigned' | 'superseded';
  reason: 'no_ticket' | 'ambiguous' | 'not_authentic' | null;
}

export class PlainModel {
  readonly tickets: PlainTicket[] = [];
  readonly codes: PlainCode[] = [];
  position = 0;

  open(wish: Pick<PlainTicket, 'site' | 'recipient' | 'kind' | 'takesPast'>): PlainTicket {
    const ticket: PlainTicket = { ...wish, number: this.tickets.length, after: this.position, status: 'open', holds: null };
    this.tickets.push(ticket);
    this.#claim(ticket, wish.takesPast);
    return ticket;
  }

  /** A mail that was noted before is read now; others may have been read in between. */
  read(mail: PlainMail): void {
    const isSame = (code: PlainCode): boolean => code.site === mail.site && code.recipient === mail.recipient;
    const fitting = mail.refused ? [] : this.tickets.filter((ticket) => fits(ticket, mail, ticket.takesPast));
    const named = fitting.find(({ recipient }) => recipient !== null);
    const winner = named ?? (fitting.length === 1 ? fitting[0] : undefined);
    const isOld = this.codes.some((code) => isSame(code) && code.position > mail.position && code.reason !== 'not_authentic');
    if (!mail.refused) {
      for (const code of this.codes) {
        if (isSame(code) && code.status === 'unassigned' && code.position < mail.position) code.status = 'superseded';
      }
    }
    const reason = mail.refused ? 'not_authentic' : fitting.length === 0 ? 'no_ticket' : 'ambiguous';
    if (winner === undefined) this.codes.push({ ...mail, status: isOld ? 'superseded' : 'unassigned', reason });
    else this.codes.push({ ...mail, status: 'assigned', reason: null });
    if (winner !== undefined) give(winner, mail.value);
  }

  reject(ticket: PlainTicket): void {
    const refused = this.codes.find(({ value }) => value === ticket.holds);
    ticket.status = 'open';
    ticket.holds = null;
    ticket.after = Math.max(ticket.after, refused?.position ?? 0);
    ticket.takesPast = false;
    this.#claim(ticket, false);
  }

  #claim(ticket: PlainTicket, takesPast: boolean): void {
    const unclaimed = this.codes.filter(({ status, reason }) => status === 'unassigned' && reason === 'no_ticket');
    const newestFirst = unclaimed.filter((code) => fits(ticket, code, takesPast)).sort((a, b) => b.position - a.position);
    for (const code of newestFirst) {
      const others = this.tickets.filter((other) => other !== ticket && fits(other, code, other.takesPast));
      if (ticket.recipient === null && others.length > 0) continue;
      code.status = 'assigned';
      code.reason = null;
      give(ticket, code.value);
      return;
    }
  }
}

function give(ticket: PlainTicket, value: string): void {
  ticket.status = 'fulfilled';
  ticket.holds = value;
}

export function fits(ticket: PlainTicket, mail: PlainMail, takesPast: boolean): boolean {
  return (
    ticket.status === 'open' &&
    ticket.site === mail.site &&
    (ticket.recipient === null || ticket.recipient === mail.recipient) &&
    (ticket.kind === 'any' || mail.has === 'both' || ticket.kind === mail.has) &&
    (takesPast || mail.position > ticket.after)
  );
}

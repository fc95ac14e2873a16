import type { Caller } from '@otterpost/contracts/caller';
import type { MailRead } from '@otterpost/contracts/mail-events';
import type { Page, PageQuery } from '@otterpost/contracts/page';
import type { ExpiryCause, NewTicket, Ticket, TicketStatus } from '@otterpost/contracts/tickets';

/** A ticket as it stands, with what only the gateway knows of it. */
export interface StoredTicket {
  readonly ticket: Omit<Ticket, 'mailbox'>;
  readonly keyId: string;
  readonly manual: boolean;
  /** The mailbox it speaks of: the one it named, or the one that last had mail for its recipient. */
  readonly mailboxId: string | null;
}

export interface TicketToOpen {
  readonly keyId: string;
  readonly idempotency: { readonly key: string; readonly hash: string } | undefined;
  readonly wish: NewTicket;
  readonly site: string;
  readonly position: number;
  readonly mailboxId: string | null;
}

/** Who does it, as the audit names them. */
export type Hand = Pick<Caller, 'keyId' | 'address'>;

/** Why a ticket got nothing, as far as the gateway's own tables tell it. */
export interface ExpiryFacts {
  readonly refused: boolean;
  readonly unassigned: boolean;
  readonly withoutCode: boolean;
}

export interface DueTicket extends StoredTicket {
  readonly facts: ExpiryFacts;
}

/** Tickets, codes and who got which. Each method is one transaction; uniqueness in the database has the last word. */
export interface TicketStore {
  /** Opens it, and gives it a code at once where one that it may take is unclaimed; the same key finds the same ticket. */
  open(ticket: TicketToOpen): Promise<{ stored: StoredTicket; isNew: boolean }>;
  find(id: string): Promise<StoredTicket | undefined>;
  list(filter: TicketFilter): Promise<Page<StoredTicket>>;
  cancel(id: string): Promise<StoredTicket | undefined>;
  /** @throws Failure `ticket_already_fulfilled`, `ticket_ended` */
  fulfilByHand(id: string, found: { code: string } | { link: string }, by: Hand): Promise<StoredTicket | undefined>;
  /** @throws Failure `not_found`, `code_not_unassigned`, `invalid_request`, `ticket_already_fulfilled`, `ticket_ended` */
  assign(codeId: string, ticketId: string, by: Hand): Promise<StoredTicket>;
  /** Opens it again and gives it a newer code at once if there is one. @throws Failure `ticket_not_fulfilled` */
  reject(id: string, reason: string | undefined): Promise<StoredTicket | undefined>;
  /** Stores what a mail held; gives the ticket that got it. Safe to repeat by the mail's id. */
  take(mail: MailRead): Promise<StoredTicket | undefined>;
  /** The mailbox that last had mail for this recipient. */
  mailboxOf(recipient: string): Promise<string | undefined>;
  /** The mailboxes that open tickets wait for; null for those of which nobody knows the mailbox. */
  awaited(): Promise<(string | null)[]>;
  due(limit: number): Promise<DueTicket[]>;
  expire(id: string, cause: ExpiryCause): Promise<StoredTicket | undefined>;
  /** Which of these are not open any more. */
  ended(ids: readonly string[]): Promise<string[]>;
  markDelivered(id: string): Promise<void>;
}

export interface TicketFilter extends PageQuery {
  readonly keyId: string | undefined;
  /** Null for all. */
  readonly sites: readonly string[] | null;
  readonly status: TicketStatus | undefined;
  readonly site: string | undefined;
  readonly manual: boolean | undefined;
}

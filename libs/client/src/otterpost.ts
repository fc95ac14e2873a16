import { AccountGroups } from './account-groups.ts';
import { Codes } from './codes.ts';
import { type ConnectionOptions, GatewayConnection } from './gateway-connection.ts';
import { Imports } from './imports.ts';
import { Mailboxes } from './mailboxes.ts';
import { Tickets } from './tickets.ts';

export type { AccountLine, ImportedAccounts } from './account-groups.ts';
export type { FeedEvent } from './codes.ts';
export type { CallOptions, ConnectionOptions, FileBody } from './gateway-connection.ts';
export type { HeldAccount } from './held-account.ts';
export type { AccountImport, ImportOptions } from './imports.ts';
export { OtterpostError } from './otterpost-error.ts';
export type { RejectedEntry } from './rejected-entries.ts';
export type { OpeningTicket, OpenOptions, OpenTicket, TicketRequest, WaitOptions } from './tickets.ts';

/**
 * A client of one gateway. Needs nothing but `fetch`: Node.js 20 and newer, Bun, Deno.
 *
 *     const otterpost = new Otterpost({ url: 'http://127.0.0.1:8080', key: 'ott_…' });
 *     const code = await otterpost.tickets.open({ site: 'nike', recipient: 'a@example.com' }).code();
 */
export class Otterpost {
  readonly tickets: Tickets;
  readonly codes: Codes;
  readonly mailboxes: Mailboxes;
  readonly accountGroups: AccountGroups;
  readonly imports: Imports;

  constructor(options: ConnectionOptions) {
    const connection = new GatewayConnection(options);
    this.tickets = new Tickets(connection);
    this.codes = new Codes(connection);
    this.mailboxes = new Mailboxes(connection);
    this.accountGroups = new AccountGroups(connection);
    this.imports = new Imports(connection);
  }
}

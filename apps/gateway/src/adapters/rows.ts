import { EntitySchema } from 'typeorm';

export interface TicketRow {
  id: string;
  keyId: string;
  site: string;
  recipient: string | null;
  mailboxId: string | null;
  /** Whether the ticket takes mails of that mailbox only, or it is only the one spoken of. */
  mailboxNamed: boolean;
  manual: boolean;
  kind: string;
  status: string;
  openedAt: Date;
  expiresAt: Date;
  notBefore: Date | null;
  position: string;
  labels: Record<string, string>;
  cause: string | null;
}

/** TypeORM's picture of the tables, held against the migrations by a test; hot paths are statements of their own. */
export const TicketRow = new EntitySchema<TicketRow>({
  name: 'ticket',
  tableName: 'tickets',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'tickets_pkey' },
    keyId: { type: 'text', name: 'key_id' },
    site: { type: 'text' },
    recipient: { type: 'text', nullable: true },
    mailboxId: { type: 'text', name: 'mailbox_id', nullable: true },
    mailboxNamed: { type: 'boolean', name: 'mailbox_named' },
    manual: { type: 'boolean' },
    kind: { type: 'text' },
    status: { type: 'text', default: 'open' },
    openedAt: { type: 'timestamptz', name: 'opened_at', default: () => 'clock_timestamp()' },
    expiresAt: { type: 'timestamptz', name: 'expires_at' },
    notBefore: { type: 'timestamptz', name: 'not_before', nullable: true },
    position: { type: 'bigint' },
    labels: { type: 'jsonb', default: {} },
    cause: { type: 'text', nullable: true },
  },
});

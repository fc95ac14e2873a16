import * as z from 'zod';

import { MailboxId } from './ids.ts';
import { MailId } from './mail-events.ts';
import { ProviderLimits } from './mail-providers.ts';
import {
  ConnectionSecurity,
  Mailbox,
  MailboxChange,
  MailboxCheck,
  MailboxConnection,
  MailboxImport,
  MailboxStatus,
  NewMailbox,
} from './mailboxes.ts';
import { defineRequest } from './message.ts';
import { PageQuery, pageOf, Timestamp } from './page.ts';

const NamedMailbox = z.object({ id: MailboxId });

/** What the gateway asks of accounts-service for the mailbox part of the HTTP API. The same id twice makes one mailbox. */
export const createMailbox = defineRequest(
  'accounts.mailboxes.create',
  NamedMailbox.extend({
    mailbox: NewMailbox.omit({ auth: true, smtp: true, proxy: true }),
    /** The rest as JSON, a `MailboxSecrets`, sealed for this subject. */
    secrets: z.base64(),
  }),
  Mailbox,
);
export const MailboxSecrets = NewMailbox.pick({ auth: true, smtp: true, proxy: true });
export type MailboxSecrets = z.infer<typeof MailboxSecrets>;
export const changeMailbox = defineRequest(
  'accounts.mailboxes.change',
  NamedMailbox.extend({
    change: MailboxChange.omit({ auth: true, smtp: true, proxy: true }),
    /** The rest as JSON, a `ChangedSecrets`, sealed for this subject. */
    secrets: z.base64(),
  }),
  Mailbox,
);
export const ChangedSecrets = MailboxChange.pick({ auth: true, smtp: true, proxy: true });
export type ChangedSecrets = z.infer<typeof ChangedSecrets>;

/** Mailboxes that lines of an import name: made, or, where host and username are known, changed. */
export const importMailboxes = defineRequest(
  'accounts.mailboxes.import',
  /** JSON, `ImportedMailboxes`, sealed for this subject. */
  z.object({ mailboxes: z.base64() }),
  MailboxImport,
);
export const ImportedMailboxes = z.array(z.object({ line: z.int(), mailbox: NewMailbox })).max(50);
export type ImportedMailboxes = z.infer<typeof ImportedMailboxes>;
export const getMailbox = defineRequest('accounts.mailboxes.get', NamedMailbox, Mailbox);
export const listMailboxes = defineRequest('accounts.mailboxes.list', PageQuery, pageOf(Mailbox));
export const deleteMailbox = defineRequest('accounts.mailboxes.delete', NamedMailbox, z.object({}));

/** Announced as `MailboxesChanged` when a mailbox was made, changed, deleted or passed on: who is concerned asks at once what is its own now. */
export const MAILBOXES_CHANGED = 'accounts.mailboxes.changed';
export const MailboxesChanged = z.object({
  /** The ingestors that are concerned; all where not named. */
  ingestorIds: z.array(z.string()).optional(),
});
export type MailboxesChanged = z.infer<typeof MailboxesChanged>;

/** Announced as a `MailboxEvent` when what a mailbox shows of its connection has changed, and when it is gone. */
export const MAILBOX_EVENTS = 'accounts.mailboxes.events';
export const MailboxEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('changed'), mailbox: Mailbox }),
  z.object({ event: z.literal('deleted'), mailbox: NamedMailbox }),
]);
export type MailboxEvent = z.infer<typeof MailboxEvent>;

/** A mailbox is owned by one ingestor at a time; its fence grows with each owner, and a lower one writes nothing any more. */
const Fence = z.int().min(0);
const Ownership = z.object({ mailboxId: MailboxId, fence: Fence });

/** What an ingestor needs to watch a mailbox. Secrets are sealed as they lie in the database; the ingestor opens them itself. */
export const MailboxAssignment = Ownership.extend({
  /** Grows with each change of the mailbox. */
  revision: z.int(),
  name: z.string(),
  host: z.string(),
  port: z.int(),
  security: ConnectionSecurity,
  username: z.string(),
  /** Null where the mailbox is logged in to by an access token, which is asked for at each login. */
  credential: z.base64().nullable(),
  /** Null for INBOX and the junk folder. */
  folders: z.array(z.string()).nullable(),
  /** The junk folder's name where the server marks none as \Junk (RFC 6154). */
  junkFolder: z.string(),
  limits: ProviderLimits,
  /** Bytes, by whoever watched it since midnight UTC. */
  fetchedToday: z.int().min(0),
  /** As it was set, else as the provider is known to stamp it. */
  authservId: z.string().nullable(),
  ca: z.string().nullable(),
  forwarders: z.array(z.string()),
  /** A URL with scheme http, https or socks5, sealed like the credential. */
  proxy: z.base64().nullable(),
});
export type MailboxAssignment = z.infer<typeof MailboxAssignment>;

/** Where the secrets of a mailbox belong, for sealing. */
export const CREDENTIAL_COLUMN = { table: 'mailboxes', column: 'credential' } as const;
export const ACCESS_TOKEN_COLUMN = { table: 'mailboxes', column: 'access_token' } as const;
export const SMTP_COLUMN = { table: 'mailboxes', column: 'smtp' } as const;
export const PROXY_COLUMN = { table: 'mailboxes', column: 'proxy' } as const;

/** How an ingestor stands to a mailbox: it watches it; watches it until its heir is connected; is the heir, who connects and says so. */
export const LeaseStanding = z.enum(['owner', 'parting', 'heir']);
export type LeaseStanding = z.infer<typeof LeaseStanding>;

/**
 * An ingestor's heartbeat: renews all that it holds by one row, takes its share of what is free, and becomes heir to what others have over
 * their share or are leaving. The lease of a connected mailbox moves when its heir is connected too. `digest` is over what it holds now;
 * while that is what the database says, the answer is short. May be repeated.
 */
export const syncIngestor = defineRequest(
  'accounts.ingestors.sync',
  z.object({
    ingestorId: z.string().min(1).max(100),
    digest: z.string(),
    /** Mailboxes that it is heir to and connected to: their leases move now. */
    ready: z.array(MailboxId).max(500).default([]),
    /** It is about to stop: it takes nothing more, and all that it holds is others' to inherit. */
    isLeaving: z.boolean().default(false),
  }),
  z.object({
    /** What was renewed runs out this long after the request was sent. */
    ttlMs: z.int(),
    /** Other ingestors that live and stay. */
    heirs: z.int(),
    /** All that this ingestor stands to from now on; null when the digest fitted. */
    held: z.array(Ownership.extend({ revision: z.int(), standing: LeaseStanding })).nullable(),
  }),
);

/** Each ingestor listens to a subject of its own while it lives. That nobody does any more tells of a death long before a lease ends. */
export const livingIngestor = (ingestorId: string): string => `accounts.ingestors.living.${ingestorId}`;

/** Leaves at once: all that this ingestor holds is free for others. */
export const leaveIngestor = defineRequest('accounts.ingestors.leave', z.object({ ingestorId: z.string() }), z.object({}));

export const getAssignments = defineRequest(
  'accounts.ingestors.assignments',
  z.object({ ingestorId: z.string(), mailboxIds: z.array(MailboxId).max(200) }),
  z.object({ assignments: z.array(MailboxAssignment) }),
);

/** What an ingestor needs to connect to a mailbox that it need not hold. */
export const getAssignment = defineRequest('accounts.mailboxes.assignment', NamedMailbox, MailboxAssignment);

/**
 * An access token for a login now. It is refreshed where the last one is nearly used up, by one asker at a time, and given out when
 * all that came with it is stored. May be repeated.
 */
export const getAccessToken = defineRequest(
  'accounts.mailboxes.access-token',
  Ownership.extend({
    /** The access token that the mail server has just refused, as it was given out. */
    refused: z.base64().nullable(),
  }),
  z.discriminatedUnion('kind', [
    /** Sealed as it lies in the database. */
    z.object({ kind: z.literal('issued'), accessToken: z.base64() }),
    z.object({
      kind: z.literal('refused'),
      status: MailboxStatus.extract(['auth_failed', 'throttled', 'unreachable']),
      statusDetail: z.string(),
    }),
  ]),
);

/** Any ingestor connects to the mailbox now and tells how far it came. */
export const checkMailbox = defineRequest('ingestor.mailboxes.check', NamedMailbox, MailboxCheck);

const Folder = Ownership.extend({ folder: z.string().min(1), uidValidity: z.int().min(0) });

/**
 * A folder was selected: where to go on, and what was noted but is not settled. A folder that is opened for the first time is watched from
 * its end. One that was known under another UIDVALIDITY is answered as renewed, and opened again from the UID on that its owner finds.
 */
export const openFolder = defineRequest(
  'accounts.folders.open',
  Folder.extend({
    uidNext: z.int().min(1),
    /** From here on a renewed folder is watched. */
    firstUid: z.int().min(1).nullable().default(null),
  }),
  z.object({
    /** Its mails have other UIDs than those that the ledger knows; nothing was stored. */
    isRenewed: z.boolean(),
    /** Mails up to this UID lay there before the mailbox was watched, or are in the ledger. */
    lastUid: z.int().min(0),
    /** UIDs in the ledger near the end; what lies between them and is not in here became visible late. */
    known: z.array(z.int()),
    unsettled: z.array(z.int()),
  }),
);

/** The next place in the order of all mails, for a mail that is being fetched; one that is never noted leaves a gap. */
export const reservePosition = defineRequest('accounts.mails.reserve', z.object({}), z.object({ position: z.int().min(1) }));

/**
 * Mails that were seen go into the ledger, each with its position. May be repeated: a UID keeps its position. A mail that was noted under
 * another UIDVALIDITY keeps its position and outcome too.
 */
export const noteMails = defineRequest(
  'accounts.mails.note',
  Folder.extend({
    mails: z
      .array(
        z.object({
          uid: z.int().min(1),
          /** Tells a mail from every other, whatever its UID. */
          digest: z.string().min(1).max(64),
        }),
      )
      .min(1)
      .max(500),
    /** The first mail's, where it was reserved; the next ones otherwise. */
    position: z.int().min(1).nullable().default(null),
  }),
  z.object({ noted: z.array(z.object({ uid: z.int(), position: z.int(), settled: z.boolean() })) }),
);

/** What an ingestor saw and nobody settled for a while: to be fetched and published again. */
export const sweepMails = defineRequest(
  'accounts.mails.sweep',
  z.object({ ingestorId: z.string() }),
  z.object({ mails: z.array(Folder.extend({ mailId: MailId, uid: z.int() })) }),
);

/** How the mailboxes of an ingestor are. Reports with an outdated fence are left out; it learns so by its next heartbeat. */
export const reportMailboxes = defineRequest(
  'accounts.mailboxes.report',
  z.object({
    reports: z
      .array(
        Ownership.extend({
          connection: MailboxConnection,
          status: MailboxStatus,
          statusDetail: z.string().nullable(),
          provenAt: Timestamp.nullable(),
          lastMailAt: Timestamp.nullable(),
          fetchedBytes: z.int().min(0),
          serverClockOffsetMs: z.number().nullable(),
        }),
      )
      .min(1)
      .max(500),
  }),
  z.object({}),
);
export type MailboxReport = z.output<typeof reportMailboxes.request>['reports'][number];

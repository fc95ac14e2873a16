import * as z from 'zod';

import { MailboxId } from './ids.ts';
import { Mailbox, NewMailbox } from './mailboxes.ts';
import { defineRequest } from './message.ts';

/** Requests that the gateway makes of accounts-service for the mailbox part of the HTTP API. */
export const createMailbox = defineRequest('accounts.mailboxes.create', NewMailbox, Mailbox);
export const getMailbox = defineRequest('accounts.mailboxes.get', z.object({ id: MailboxId }), Mailbox);

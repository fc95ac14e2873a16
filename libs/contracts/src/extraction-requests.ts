import * as z from 'zod';

import { MailboxId } from './ids.ts';
import { defineRequest } from './message.ts';

/** Octets of a mail that are read in a dry run, from its first; its sealed base64 fits a message of the bus (4 MiB). */
export const READ_BYTES = 1024 * 1024;

/** The body of `POST /v1/extractions` for whoever has no raw mail. */
export const DraftMail = z
  .strictObject({
    html: z.string().optional(),
    text: z.string().optional(),
    subject: z.string().max(1000).optional(),
    from: z.string().max(320).optional().meta({ description: 'As in `From` (RFC 5322): `Name <address>` or an address' }),
  })
  .refine(({ html, text, subject }) => [html, text, subject].some((part) => part !== undefined), {
    message: 'Give at least one of html, text and subject',
  });
export type DraftMail = z.infer<typeof DraftMail>;

export const ExtractionQuery = z.strictObject({
  mailboxId: MailboxId.optional().meta({ description: 'Whose forwarders and authserv-id are believed; else nobody is' }),
});

/** What a mail holds, as a dry run: nothing is stored or published. Mail and answer are sealed for the subject. */
export const extractMail = defineRequest(
  'extractor.mails.extract',
  z.object({
    mail: z.base64().meta({ description: 'Sealed: `SealedMail` as JSON' }),
  }),
  z.object({ extraction: z.base64().meta({ description: 'Sealed: `Extraction` as JSON' }) }),
);

export const SealedMail = z.object({
  /** The raw mail, its beginning where it is longer than `READ_BYTES`. */
  source: z.base64(),
  isWhole: z.boolean(),
  mailbox: z.object({ username: z.string().nullable(), authservId: z.string().nullable(), forwarders: z.array(z.string()) }),
});
export type SealedMail = z.infer<typeof SealedMail>;

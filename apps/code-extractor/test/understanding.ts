import { buildMail, type MailFields } from '@otterpost/testkit/mail';
import { getDomain } from 'tldts';

import { readMail } from '../src/adapters/read-mail.ts';
import { SiteBook } from '../src/core/site-book.ts';
import { createUnderstandMail, type MailboxFacts, type UnderstoodMail } from '../src/core/understand-mail.ts';

export const MASTER: MailboxFacts = {
  username: 'master@otters.example',
  authservId: 'mx.otters.example',
  forwarders: ['ada@outlook.example'],
};

/** What is understood of a raw mail in the master mailbox, where no site is named. */
export async function understandRaw(raw: string, mailbox: Partial<MailboxFacts> = {}): Promise<UnderstoodMail> {
  const toRegistrableDomain = (domain: string): string | null => getDomain(domain);
  const understand = createUnderstandMail({ read: readMail, sites: new SiteBook(), toRegistrableDomain });
  return understand(Buffer.from(raw), { ...MASTER, ...mailbox });
}

export function understand(mail: Partial<MailFields>, mailbox: Partial<MailboxFacts> = {}): Promise<UnderstoodMail> {
  const text = mail.html === undefined ? { text: 'Your verification code is 482913.' } : {};
  const fields = {
    from: 'Riverbank <no-reply@mail.riverbank.example>',
    to: 'ada@otters.example',
    subject: 'Hello',
    ...text,
    ...mail,
  };
  return understandRaw(buildMail(fields), mailbox);
}

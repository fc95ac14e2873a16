import { buildMail, type MailFields } from '@otterpost/testkit/mail';

import { isAligned, toRegistrableDomain } from '../src/adapters/alignment.ts';
import { readMail } from '../src/adapters/read-mail.ts';
import { createJudgeAuthenticity, type VerifySignatures } from '../src/core/authenticity.ts';
import { SiteBook } from '../src/core/site-book.ts';
import { createUnderstandMail, type MailboxFacts, type UnderstoodMail } from '../src/core/understand-mail.ts';

export const MASTER: MailboxFacts = {
  username: 'master@otters.example',
  authservId: 'mx.otters.example',
  forwarders: ['ada@outlook.example'],
};

/** What is understood of a raw mail in the master mailbox, where no site is named. */
export async function understandRaw(
  raw: string,
  mailbox: Partial<MailboxFacts> = {},
  verify?: VerifySignatures,
): Promise<UnderstoodMail> {
  const judge = createJudgeAuthenticity({ isAligned, verify, arcSealers: new Set(['sealer.example']) });
  const understand = createUnderstandMail({ read: readMail, judge, sites: new SiteBook(), toRegistrableDomain });
  return understand({ source: Buffer.from(raw), isWhole: true, texts: [] }, { ...MASTER, ...mailbox });
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

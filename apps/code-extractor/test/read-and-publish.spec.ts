import { generateKeyPairSync } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import type { MailboxId } from '@otterpost/contracts/ids';
import { type MailRead, mailRead, mailReceived, toMailId } from '@otterpost/contracts/mail-events';
import { ProjectedSite } from '@otterpost/contracts/site-requests';
import { type Dns, startDns } from '@otterpost/testkit/dns';
import { buildMail } from '@otterpost/testkit/mail';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';

import { isAligned, toRegistrableDomain } from '../src/adapters/alignment.ts';
import { createKeyLookup } from '../src/adapters/key-lookup.ts';
import { compileRe2 } from '../src/adapters/re2-pattern.ts';
import { readMail } from '../src/adapters/read-mail.ts';
import { createSignatureVerifier } from '../src/adapters/verify-signatures.ts';
import { createJudgeAuthenticity } from '../src/core/authenticity.ts';
import { PatternTally } from '../src/core/pattern-tally.ts';
import { createReadAndPublish } from '../src/core/read-and-publish.ts';
import { SiteBook, toKnownSite } from '../src/core/site-book.ts';
import { createUnderstandMail } from '../src/core/understand-mail.ts';

const AT = '2026-11-27T10:00:00.000Z';
const place = { mailboxId: `mbx_${'0'.repeat(26)}` as MailboxId, folder: 'INBOX', uidValidity: 1, uid: 7 };
const keys = generateKeyPairSync('ed25519');
const RECORD = `v=DKIM1; k=ed25519; p=${keys.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`;

async function signed(): Promise<string> {
  const text = 'Your verification code is 482913.';
  const mail = buildMail({ from: 'a@riverbank.example', to: 'ada@otters.example', subject: 'Hello', text });
  const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const options = { algorithm: 'ed25519-sha256', canonicalization: 'relaxed/relaxed', headerList: ['from', 'subject'] };
  const { signatures } = await dkimSign(mail, {
    ...options,
    signatureData: [{ signingDomain: 'riverbank.example', selector: 's1', privateKey }],
  } as unknown as Parameters<typeof dkimSign>[1]);
  return signatures + mail;
}

function received(source: string, size = source.length) {
  return mailReceived.payload.parse({
    ...place,
    mailId: toMailId(place),
    position: 1,
    serverClockOffsetMs: null,
    hops: { mailDate: null, serverReceivedAt: null, noticedAt: AT, fetchedAt: AT, publishedAt: null, extractedAt: null },
    size,
    source: Buffer.from(source).toString('base64'),
    mailbox: { username: 'master@otters.example', authservId: null, forwarders: [] },
  });
}

/** What is published of a mail whose site has this policy, with DNS at that address. */
async function reader(authenticity: 'required' | 'preferred' | 'off', dns: string) {
  const sites = new SiteBook();
  const site = ProjectedSite.parse({ slug: 'riverbank', revision: 1, senders: ['riverbank.example'], authenticity });
  sites.put(toKnownSite(site, compileRe2));
  const verify = createSignatureVerifier(createKeyLookup([dns]));
  const judge = createJudgeAuthenticity({ isAligned, verify, arcSealers: new Set() });
  const published: MailRead[] = [];
  const read = createReadAndPublish({
    understand: createUnderstandMail({ read: readMail, judge, sites, toRegistrableDomain }),
    tally: new PatternTally(),
    publish: async (outcome) => void published.push(mailRead.payload.parse(outcome)),
    now: () => new Date(AT),
  });
  const mail = await signed();
  return { published, read, take: (attempt: number, size?: number) => read(received(mail, size), new Date(AT), attempt) };
}

describe('a mail whose proof cannot be asked for', () => {
  let dns: Dns;
  beforeEach(async () => {
    dns = await startDns();
    dns.put('s1._domainkey.riverbank.example', RECORD);
    dns.mood = 'fails';
  });
  afterEach(() => dns.stop());

  it('is tried again where its site takes no other, and proven when DNS is back', async () => {
    const { published, take } = await reader('required', dns.address);
    const failed: unknown = await take(1).catch((error: unknown) => error);
    expect([failed instanceof Failure && failed.code, published]).toEqual(['dns_unavailable', []]);
    dns.mood = 'answers';
    await take(2);
    expect(published).toMatchObject([{ authenticity: 'pass', refused: false, code: '482913', site: 'riverbank' }]);
  });

  it('is refused in the end, for it must not be tried for ever', async () => {
    const { published, take } = await reader('required', dns.address);
    await take(4);
    expect(published).toMatchObject([{ authenticity: 'unknown', refused: true }]);
  });

  it('is taken at once where its site takes what nothing speaks against', async () => {
    const { published, take } = await reader('preferred', dns.address);
    await take(1);
    expect(published).toMatchObject([{ authenticity: 'unknown', refused: false, code: '482913' }]);
  });
});

describe('a mail of which only the beginning was fetched', () => {
  it('is not judged by a signature that covers its end too', async () => {
    const dns = await startDns();
    const { published, take } = await reader('preferred', dns.address);
    await take(1, 1_000_000);
    expect([published[0]?.authenticity, dns.asked]).toEqual(['unknown', []]);
    await dns.stop();
  });

  it('is read by the texts that were fetched by themselves', async () => {
    const { published, read } = await reader('off', '127.0.0.1:1');
    const html = Buffer.from('<p>Your verification code is <b>482913</b></p>').toString('base64');
    const source =
      'From: a@riverbank.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: image/png\r\n\r\n';
    const parts = [
      { part: '2', type: 'text/html', charset: 'utf-8', encoding: 'BASE64', content: Buffer.from(html).toString('base64') },
    ];
    await read({ ...received(source, 1_000_000), parts }, new Date(AT), 1);
    expect(published).toMatchObject([{ code: '482913' }]);
  });
});

import { generateKeyPairSync } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Dns, startDns } from '@otterpost/testkit/dns';
import { buildMail, type MailFields } from '@otterpost/testkit/mail';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';

import { createKeyLookup } from '../src/adapters/key-lookup.ts';
import { createSignatureVerifier } from '../src/adapters/verify-signatures.ts';
import { understandRaw } from './understanding.ts';

const FIELDS = {
  from: 'Bank <no-reply@mail.bank.example>',
  to: 'ada@otters.example',
  subject: 'Your code',
  text: 'Your verification code is 482913.',
};
const mailOf = (fields: Partial<MailFields> = {}): string => buildMail({ ...FIELDS, ...fields });
const stamped = (results: string, fields: Partial<MailFields> = {}): string =>
  `Authentication-Results: ${results}\r\n${mailOf(fields)}`;

describe("what the mailbox's own provider stamped", () => {
  const OWN = 'mx.otters.example';

  it.each<[string, string, string]>([
    ['DMARC that passed', `${OWN}; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=mail.bank.example`, 'pass'],
    ['DMARC that failed', `${OWN}; spf=fail smtp.mailfrom=evil.example; dkim=none; dmarc=fail header.from=bank.example`, 'fail'],
    ['a signature of its domain', `${OWN}; dkim=pass header.i=@bank.example header.s=s1 header.b="a;b="; spf=none`, 'pass'],
    ['a signature of its domain that is wrong', `${OWN}; dkim=fail (body hash; did not verify) header.d=bank.example`, 'fail'],
    ['a signature of another', `${OWN}; dkim=pass header.d=evil.example; dmarc=none header.from=bank.example`, 'unknown'],
    ['DMARC of another', `${OWN}; dmarc=pass header.from=evil.example`, 'unknown'],
    ['SPF alone', `${OWN}; spf=pass smtp.mailfrom=a@bank.example`, 'unknown'],
    ['no result', `${OWN} 1; none`, 'unknown'],
    ['a result within a comment', `${OWN}; dkim=none (dmarc=pass header.from=bank.example)`, 'unknown'],
    ['a result within a quoted string', `${OWN}; dkim=none reason="; dmarc=pass header.from=bank.example"`, 'unknown'],
    ['with capitals and folds', `MX.Otters.Example;\r\n\tDKIM = PASS header.d = Bank.Example`, 'pass'],
    ['in the name of another', 'mx.elsewhere.example; dmarc=pass header.from=bank.example', 'unknown'],
    ['in no name', 'dmarc=pass header.from=bank.example', 'unknown'],
    ['of a domain that only ends alike', `${OWN}; dkim=pass header.d=evilbank.example`, 'unknown'],
    ['of a neighbour under a suffix that is let to others', `${OWN}; dkim=pass header.d=eve.github.io`, 'unknown'],
  ])('%s: %s', async (_what, results, authenticity) => {
    const from = results.includes('github') ? 'a@ada.github.io' : FIELDS.from;
    expect((await understandRaw(stamped(results, { from }))).authenticity).toBe(authenticity);
  });

  it('counts only as the topmost', async () => {
    const [pass, fail] = [`${OWN}; dmarc=pass header.from=bank.example`, `${OWN}; dmarc=fail header.from=bank.example`];
    const below = `Authentication-Results: ${fail}\r\n${stamped(pass)}`;
    expect((await understandRaw(below)).authenticity).toBe('fail');
    const covered = `Authentication-Results: mx.elsewhere.example; none\r\n${stamped(pass)}`;
    expect((await understandRaw(covered)).authenticity).toBe('unknown');
  });

  it('counts for nothing where the mailbox names no provider', async () => {
    expect((await understandRaw(stamped(`${OWN}; dmarc=pass header.from=bank.example`), { authservId: null })).authenticity).toBe(
      'unknown',
    );
  });

  it('does not help a mail with two senders, two subjects, or a sender that imitates another', async () => {
    const pass = `${OWN}; dmarc=pass header.from=bank.example; dkim=pass header.d=bank.example`;
    for (const extra of ['From: a@evil.example', 'Subject: Another']) {
      expect((await understandRaw(`${extra}\r\n${stamped(pass)}`)).authenticity).toBe('fail');
    }
    expect((await understandRaw(stamped(pass, { from: 'a@\uff42ank.example' }))).authenticity).toBe('fail');
  });

  it.each([
    ['covers a part of the body only', 'v=1; a=rsa-sha256; d=bank.example; h=from:subject; l=20; b=x', 'fail'],
    ['leaves the subject to anybody', 'v=1; a=rsa-sha256; d=bank.example; h=from:to:date; b=x', 'fail'],
    ['covers what people read', 'v=1; a=rsa-sha256; d=bank.example; h=From : Subject; b=x', 'pass'],
  ])('does not help when the one signature %s', async (_what, signature, authenticity) => {
    const headers = [['DKIM-Signature', signature]] as const;
    const results = `${OWN}; dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example`;
    expect((await understandRaw(stamped(results, { headers }))).authenticity).toBe(authenticity);
    const straight = `${OWN}; spf=pass smtp.mailfrom=bounce@bank.example; dmarc=pass header.from=bank.example`;
    expect((await understandRaw(stamped(straight, { headers }))).authenticity).toBe('pass');
  });
});

describe("a mail's own signatures", () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed25519 = generateKeyPairSync('ed25519');
  const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const record = `v=DKIM1; k=rsa; p=${keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  let dns: Dns;
  let verify: ReturnType<typeof createSignatureVerifier>;

  beforeAll(async () => {
    dns = await startDns();
    for (const domain of ['bank.example', 'evil.example', 'sealer.example', 'stranger.example'])
      dns.put(`s1._domainkey.${domain}`, record);
    dns.put(
      'ed._domainkey.bank.example',
      `v=DKIM1; k=ed25519; p=${ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`,
    );
  });
  afterAll(() => dns.stop());
  afterEach(() => {
    dns.mood = 'answers';
  });
  const fresh = (): void => {
    verify = createSignatureVerifier(createKeyLookup([dns.address]));
  };

  async function sign(
    mail: string,
    {
      domain = 'bank.example',
      headerList = ['from', 'to', 'subject', 'date'],
      ...more
    }: {
      domain?: string;
      headerList?: string[];
      maxBodyLength?: number;
      selector?: string;
      algorithm?: string;
      key?: string;
    } = {},
  ): Promise<string> {
    const { selector = 's1', algorithm = 'rsa-sha256', key = privateKey, maxBodyLength } = more;
    const { signatures } = await dkimSign(mail, {
      canonicalization: 'relaxed/relaxed',
      algorithm,
      headerList,
      signatureData: [
        { signingDomain: domain, selector, privateKey: key, ...(maxBodyLength === undefined ? {} : { maxBodyLength }) },
      ],
    } as unknown as Parameters<typeof dkimSign>[1]);
    expect(signatures).toContain(`d=${domain}`);
    return signatures + mail;
  }
  async function judge(raw: string): Promise<string> {
    fresh();
    return (await understandRaw(raw, {}, verify)).authenticity;
  }

  it('prove it when one of its domain is intact, forwarded or not', async () => {
    const signed = await sign(mailOf());
    expect(await judge(signed)).toBe('pass');
    expect(
      await judge(
        `X-Forwarded-For: ada@gmail.example master@otters.example\r\nAuthentication-Results: mx.elsewhere.example; spf=fail\r\n${signed}`,
      ),
    ).toBe('pass');
    const key = ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await judge(await sign(mailOf(), { selector: 'ed', algorithm: 'ed25519-sha256', key }))).toBe('pass');
  });

  it.each<[string, (signed: string) => string]>([
    [
      'another body',
      (signed) =>
        signed.replace(/\r\n\r\n[\s\S]*$/, `\r\n\r\n${Buffer.from('Your verification code is 000000.').toString('base64')}\r\n`),
    ],
    ['another subject', (signed) => signed.replace('Subject: Your code', 'Subject: 000000 is your code')],
    ['another sender', (signed) => signed.replace('no-reply@mail.bank.example', 'no-reply@bank.example')],
    ['a signature whose key is not there', (signed) => signed.replace('s=s1', 's=s9')],
  ])('prove it false with %s', async (_what, tamper) => {
    const signed = await sign(mailOf());
    const tampered = tamper(signed);
    expect(tampered).not.toBe(signed);
    expect(await judge(tampered)).toBe('fail');
  });

  it('prove it false when they cover a part of the body, or not the subject, or not the sender', async () => {
    expect(await judge(await sign(mailOf(), { maxBodyLength: 20 }))).toBe('fail');
    const appended = `${(await sign(mailOf(), { maxBodyLength: 46 })).trimEnd()}\r\nYour new code is 000000\r\n`;
    expect(await judge(appended)).toBe('fail');
    expect(await judge(await sign(mailOf(), { headerList: ['from', 'to'] }))).toBe('fail');
  });

  it('prove nothing when they are of another domain, or there are none', async () => {
    expect(await judge(await sign(mailOf(), { domain: 'evil.example' }))).toBe('unknown');
    expect(await judge(mailOf())).toBe('unknown');
    expect(await judge(await sign(await sign(mailOf(), { domain: 'evil.example' })))).toBe('pass');
  });

  it('are not asked for when there are more than a mail has', async () => {
    fresh();
    const before = dns.asked.length;
    const many = 'DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s1; h=from; b=x; bh=y\r\n'.repeat(11) + mailOf();
    expect((await understandRaw(many, {}, verify)).authenticity).toBe('unknown');
    expect(dns.asked.length).toBe(before);
  });

  it('prove nothing yet while DNS fails, and prove it when DNS is back', async () => {
    const signed = await sign(mailOf());
    fresh();
    dns.mood = 'fails';
    expect((await understandRaw(signed, {}, verify)).authenticity).toBe('unknown');
    dns.mood = 'answers';
    expect((await understandRaw(signed, {}, verify)).authenticity).toBe('pass');
  });

  it('hold up one mail at most while DNS is silent', async () => {
    const signed = await sign(mailOf());
    fresh();
    dns.mood = 'is silent';
    expect((await understandRaw(signed, {}, verify)).authenticity).toBe('unknown');
    const before = dns.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => understandRaw(signed, {}, verify)));
    expect(dns.asked.length).toBe(before);
  }, 20_000);

  it('of a sender are asked for once', async () => {
    const signed = await sign(mailOf());
    fresh();
    const before = dns.asked.length;
    for (let round = 0; round < 3; round++) await understandRaw(signed, {}, verify);
    expect(dns.asked.length).toBe(before + 1);
  });

  describe('and the seals of who passed it on', () => {
    const PASSED = 'mx.sealer.example; dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example';
    async function passOn(mail: string, sealer: string, results = PASSED): Promise<string> {
      const seal = { signingDomain: sealer, selector: 's1', privateKey, authResults: results, cv: 'none' };
      return (await sealMessage(mail, seal as unknown as Parameters<typeof sealMessage>[1])).toString() + mail;
    }
    /** As a list or an Outlook rule leaves it: signed, and changed since. */
    const changed = async (): Promise<string> => (await sign(mailOf())).replace('Subject: Your code', 'Subject: FW: Your code');

    it('prove it when a trusted one saw it intact', async () => {
      expect(await judge(await passOn(mailOf(), 'sealer.example'))).toBe('pass');
      expect(await judge(await passOn(await changed(), 'sealer.example'))).toBe('pass');
    });

    it('prove nothing when nobody trusts who sealed it, or it was changed after', async () => {
      expect(await judge(await passOn(mailOf(), 'stranger.example'))).toBe('unknown');
      expect(await judge(await passOn(await changed(), 'stranger.example'))).toBe('fail');
      expect(await judge((await passOn(mailOf(), 'sealer.example')).replace('Subject: Your code', 'Subject: 000000'))).toBe(
        'unknown',
      );
    });

    it('prove it false when a trusted one saw that it was', async () => {
      const failed = 'mx.sealer.example; dkim=none; dmarc=fail header.from=bank.example';
      expect(await judge(await passOn(mailOf(), 'sealer.example', failed))).toBe('fail');
    });
  });
});

describe('a forwarded mail', () => {
  it('that is not truly of its forwarder is not opened', async () => {
    const text =
      'From: Bank <no-reply@bank.example>\nSent: Friday\nTo: ada@outlook.example\nSubject: Code\n\nYour verification code is 482913.';
    const fields = { from: 'ada@outlook.example', subject: 'FW: Code', text };
    const [fail, pass] = ['fail', 'pass'].map((result) =>
      stamped(`mx.otters.example; dmarc=${result} header.from=outlook.example`, fields),
    );
    expect(await understandRaw(fail ?? '')).toMatchObject({
      forwarded: 'none',
      site: 'outlook.example',
      authenticity: 'fail',
      refused: true,
    });
    expect(await understandRaw(pass ?? '')).toMatchObject({
      forwarded: 'inline',
      site: 'bank.example',
      authenticity: 'pass',
      refused: false,
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProjectedSite } from '@otterpost/contracts/site-requests';
import { buildMail } from '@otterpost/testkit/mail';

import { ReadingThreads } from '../src/adapters/reading-threads.ts';
import type { UnderstoodMail } from '../src/core/understand-mail.ts';

const MAILBOX = { username: 'ada@otters.example', authservId: null, forwarders: [] };
const OPTIONS = { verifySignatures: false, dnsServers: undefined, arcSealers: [] };
/** A tenth of what a thread may use: so little that mails which take long, but do end, end it. */
const LIMITS = { cpuMs: 25, memoryMb: 256 };

let threads: ReadingThreads | undefined;
let deaths = 0;
afterAll(() => threads?.stop());

async function start(limits?: { cpuMs: number; memoryMb: number }): Promise<void> {
  await threads?.stop();
  deaths = 0;
  threads = await ReadingThreads.start(OPTIONS, () => (deaths += 1), limits);
}

function reader(): ReadingThreads {
  if (threads === undefined) throw new Error('No threads were started');
  return threads;
}

function read(raw: string): Promise<UnderstoodMail> {
  return reader().understand({ source: Buffer.from(raw), isWhole: true, texts: [] }, MAILBOX);
}

const normal = (code: string): string =>
  buildMail({
    from: 'a@riverbank.example',
    to: 'ada@otters.example',
    subject: 'Hello',
    text: `Your verification code is ${code}`,
  });
/** Shifts in and out of another alphabet with every letter. */
const slow = `From: a@riverbank.example\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n${'+AGE-'.repeat(200_000)}`;

describe('a mail that its reader cannot end', () => {
  it('is put aside after three threads, while all others are read', async () => {
    await start(LIMITS);
    const codes = Array.from({ length: 20 }, (_, at) => String(482_000 + at));
    const before = codes.map((code) => read(normal(code)));
    const poison = read(slow).catch((error: unknown) => error);
    const after = codes.map((code) => read(normal(code)));
    for (const round of [before, after]) expect((await Promise.all(round)).map(({ finding }) => finding.code)).toEqual(codes);
    expect(await poison).toMatchObject({ code: 'mail_unreadable' });
    expect(deaths).toBe(3);
  });

  it('takes no site from the threads that come after', async () => {
    await start(LIMITS);
    reader().put(ProjectedSite.parse({ slug: 'river', revision: 7, senders: ['riverbank.example'] }));
    await read(slow).catch(() => undefined);
    for (let round = 0; round < 2; round++)
      expect((await read(normal('482913'))).knownSite).toEqual({ slug: 'river', revision: 7 });
  });
});

describe('made to be slow or large', () => {
  beforeAll(() => start());
  const head = 'From: a@riverbank.example\r\nTo: ada@otters.example\r\nSubject: x\r\n';
  const said = '\r\n\r\nYour verification code is 482913';
  it.each<[string, () => string]>([
    [
      '10,000 parts',
      () =>
        `${head}Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\nContent-Type: text/plain\r\n\r\na\r\n'.repeat(10_000)}`,
    ],
    [
      'parts in parts, 5,000 deep',
      () =>
        head +
        Array.from({ length: 5000 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`).join(''),
    ],
    [
      'mails in mails, 5,000 deep',
      () => `${head}${'Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n'.repeat(5000)}`,
    ],
    ['a header field of 50 MB', () => `${head}X-A: ${'a'.repeat(50_000_000)}${said}`],
    ['a million header fields', () => `${head}${'X-A: otters\r\n'.repeat(1_000_000)}${said}`],
    ['a million recipients', () => `From: a@riverbank.example\r\nTo: ${'a@b.example,\r\n '.repeat(1_000_000)}x@y.example${said}`],
    ['utf-7 all over', () => slow],
    [
      'base64 that is cut',
      () => `${head}Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(said.repeat(5000)).toString('base64').slice(0, -3)}`,
    ],
    ['a page of nothing but elements', () => `${head}Content-Type: text/html\r\n\r\n${'<div>'.repeat(200_000)}`],
    [
      'rules for every element',
      () =>
        `${head}Content-Type: text/html\r\n\r\n<style>${'.a .b > .c{display:none}'.repeat(4000)}</style>${'<p class="a b c">'.repeat(50_000)}`,
    ],
    ['one line of codes', () => `${head}\r\n${'Your code is 482913 '.repeat(50_000)}`],
    ['links without end', () => `${head}\r\n${'https://a.example/confirm?token=9fK2vQ7xL1aa '.repeat(25_000)}`],
    ['words in a header without end', () => `From: a@riverbank.example\r\nSubject: ${'=?utf-8?q?a?= '.repeat(20_000)}${said}`],
  ])('%s is read, and a normal mail beside it', async (_what, make) => {
    const [hostile, beside] = await Promise.all([read(make()), read(normal('482913'))]);
    expect(hostile.from).toBe('a@riverbank.example');
    expect(beside.finding.code).toBe('482913');
    expect(deaths).toBe(0);
  });
});

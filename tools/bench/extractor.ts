import { buildMail } from '@otterpost/testkit/mail';
import { simpleParser } from 'mailparser';

import { isAligned, toRegistrableDomain } from '../../apps/code-extractor/src/adapters/alignment.ts';
import { readMail } from '../../apps/code-extractor/src/adapters/read-mail.ts';
import { createJudgeAuthenticity } from '../../apps/code-extractor/src/core/authenticity.ts';
import { extract } from '../../apps/code-extractor/src/core/extract.ts';
import { SiteBook } from '../../apps/code-extractor/src/core/site-book.ts';
import { createUnderstandMail } from '../../apps/code-extractor/src/core/understand-mail.ts';
import type { Figures } from './figures.ts';

const ROUNDS = 15;
/** In one round each mail is read for about this long by either. */
const ROUND_MS = 120;
const MAILBOX = { username: 'ada@otters.example', authservId: null, forwarders: [] };

/** Mails a second on one core: the whole way from the fetched bytes to the answer, beside mailparser's simpleParser alone. */
export async function benchExtractor(): Promise<Figures[]> {
  const understand = createUnderstandMail({
    read: readMail,
    judge: createJudgeAuthenticity({ isAligned, verify: undefined, arcSealers: new Set() }),
    sites: new SiteBook(),
    toRegistrableDomain,
  });
  const figures: Figures[] = [];
  for (const [mail, source] of Object.entries(mails())) {
    const ways = {
      parse: async () => void (await simpleParser(source)),
      whole: async () => void (await understand({ source, isWhole: true, texts: [] }, MAILBOX)),
    };
    const readable = await readMail(source);
    const { parse, whole, proper } = await measure({ ...ways, proper: async () => void extract(readable) });
    const { finding } = await understand({ source, isWhole: true, texts: [] }, MAILBOX);
    if (finding.code !== '482913') throw new Error(`The benchmark's mail "${mail}" was read as ${finding.code}`);
    figures.push({
      mail,
      KiB: Math.round(source.length / 1024),
      'simpleParser mails/s': Math.round(1000 / parse),
      'whole extraction mails/s': Math.round(1000 / whole),
      'whole ms': round(whole),
      'of simpleParser': round(whole / parse),
      'extraction proper ms': round(proper),
    });
  }
  return figures;
}

/** Milliseconds for each way, the median of rounds that take turns. */
async function measure<K extends string>(ways: Readonly<Record<K, () => Promise<void>>>): Promise<Record<K, number>> {
  const names = Object.keys(ways) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const took = await timePerCall(ways[name]);
      // The first pays for the compiler.
      if (round > 0) times.get(name)?.push(took);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<K, number>;
}

async function timePerCall(call: () => Promise<void>): Promise<number> {
  const began = performance.now();
  let calls = 0;
  for (; performance.now() - began < ROUND_MS; calls++) await call();
  return (performance.now() - began) / calls;
}

function mails(): Record<string, Buffer> {
  const fields = {
    from: 'Riverbank <no-reply@riverbank.example>',
    to: 'ada@otters.example',
    subject: 'Your sign-in code',
    headers: HOPS,
  };
  const said = 'Your verification code is 482913. It expires in 10 minutes.';
  const text = `${said}\n\n${NEWS.repeat(34)}`;
  const html = page(60 * 1024);
  const attachment = Buffer.alloc(730 * 1024, 'otter')
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n');
  const [head = '', ...body] = buildMail({ ...fields, text: said, html: page(4 * 1024) }).split(
    'Content-Type: multipart/alternative',
  );
  const attached = [
    `${head}Content-Type: multipart/mixed; boundary="=_outer"\r\n\r\n--=_outer\r\nContent-Type: multipart/alternative${body.join('')}`,
    `--=_outer\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="terms.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${attachment}\r\n--=_outer--\r\n`,
  ].join('');
  const all = {
    'text and HTML, short': buildMail({ ...fields, text: said, html: page(3 * 1024) }),
    'text of 10 KB': buildMail({ ...fields, text }),
    'HTML of 60 KB': buildMail({ ...fields, html }),
    'HTML of 60 KB beside text': buildMail({ ...fields, text: said, html }),
    '1 MB with an attachment': attached,
  };
  return Object.fromEntries(Object.entries(all).map(([name, mail]) => [name, Buffer.from(mail)]));
}

/** What the way of a mail leaves on top of it. */
const HOPS: readonly (readonly [string, string])[] = [
  ['Delivered-To', 'ada@otters.example'],
  ['Authentication-Results', 'mx.otters.example; dkim=pass header.d=riverbank.example; spf=pass; dmarc=pass'],
  ...[1, 2, 3].map(
    (hop) =>
      [
        'Received',
        `from a${hop}.riverbank.example by mx${hop}.otters.example with ESMTPS id 4bXz${hop}; Fri, 27 Nov 2026 10:00:00 +0000`,
      ] as const,
  ),
  [
    'DKIM-Signature',
    `v=1; a=rsa-sha256; d=riverbank.example; s=s1; h=from:to:subject:date; bh=${'k3'.repeat(22)}; b=${'Zm9v'.repeat(86)}`,
  ],
];

const NEWS = [
  'Otters hold hands when they sleep, so that none drifts away from the others. Read more about it in the',
  'journal of the river: https://riverbank.example/journal/otters?utm_source=mail&utm_medium=news&id=8814',
  'The ferry is back on Monday; write to ferry@riverbank.example for a place, or call at the old mill.\n',
].join('\n');

/** As sites build them: tables in tables, a style in every cell, links that count who follows them. */
function page(bytes: number): string {
  const block = (number: number): string =>
    `<tr><td align="center" style="padding:${8 + (number % 5)}px 24px;background-color:#ffffff"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="wide" style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333;text-align:left"><p style="margin:0 0 12px 0">Otters hold hands when they sleep, so that none drifts away from the others. The ferry is back on Monday, and the old mill opens its doors to everybody who walks along the river.</p><a href="https://click.riverbank.example/ls/click?upn=u001.${'aZ9'.repeat(30)}${number}" target="_blank" style="color:#0a66c2;text-decoration:none;font-weight:bold">News from the river, part ${number + 1}</a><img src="https://riverbank.example/pictures/otter-${number}.png" width="560" height="240" alt="An otter" style="display:block;border:0;outline:none"></td></tr></table></td></tr>`;
  const code =
    '<tr><td style="font-size:16px;color:#111111">Your verification code is <b style="font-size:28px;letter-spacing:4px">482913</b>. It expires in 10 minutes.</td></tr>';
  const blocks = Array.from({ length: Math.max(1, Math.floor(bytes / block(0).length)) }, (_, number) => block(number));
  return `<!DOCTYPE html><html><head><title>Riverbank</title><style>.button{background:#0a66c2;color:#ffffff}.wide{max-width:600px}@media (max-width:600px){.wide{width:100%}}</style></head><body style="margin:0;background-color:#f4f4f4"><table width="100%" bgcolor="#f4f4f4">${code}${blocks.join('')}</table></body></html>`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

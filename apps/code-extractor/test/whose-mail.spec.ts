import { describe, expect, it } from '@jest/globals';
import type { MailFields } from '@otterpost/testkit/mail';
import fc from 'fast-check';

import { addressesIn, readHeader } from '../src/core/header.ts';
import { MASTER, understand, understandRaw } from './understanding.ts';

type Headers = readonly (readonly [string, string])[];

describe('the recipient', () => {
  it.each<[string, string, Headers, string, string]>([
    ['of a mail that came straight is in To', 'ada@otters.example', [], 'none', 'ada@otters.example'],
    [
      'is not the mailbox that holds the mail',
      'robot7@otters.example',
      [['Delivered-To', 'master@otters.example']],
      'none',
      'robot7@otters.example',
    ],
    ['keeps its tag', 'Ada+Nike@otters.example', [['Delivered-To', 'ada@otters.example']], 'none', 'ada+nike@otters.example'],
    [
      'keeps the tag of the own mailbox',
      'master+nike@otters.example',
      [['X-Original-To', 'master@otters.example']],
      'none',
      'master+nike@otters.example',
    ],
    [
      'of a catch-all is in X-Original-To',
      'list@elsewhere.example',
      [
        ['X-Original-To', 'shop7@otters.example'],
        ['Delivered-To', 'master@otters.example'],
      ],
      'none',
      'shop7@otters.example',
    ],
    [
      'of a catch-all may be in Envelope-To',
      'list@elsewhere.example',
      [['Envelope-To', 'shop7@otters.example']],
      'none',
      'shop7@otters.example',
    ],
    [
      'of a blind copy is in Delivered-To',
      'undisclosed-recipients:;',
      [['Delivered-To', 'shop7@otters.example']],
      'none',
      'shop7@otters.example',
    ],
    [
      "of Gmail's forward is whom it was for, not whom it went to",
      'ada@gmail.example',
      [
        ['Delivered-To', 'master@otters.example'],
        ['X-Forwarded-To', 'master@otters.example'],
        ['X-Forwarded-For', 'ada@gmail.example master@otters.example'],
        ['Delivered-To', 'ada@gmail.example'],
      ],
      'auto',
      'ada@gmail.example',
    ],
    [
      "of Gmail's forward keeps the tag that was typed at the site",
      'ada+nike@gmail.example',
      [
        ['X-Forwarded-To', 'master@otters.example'],
        ['X-Forwarded-For', 'ada@gmail.example master@otters.example'],
      ],
      'auto',
      'ada+nike@gmail.example',
    ],
    [
      "of Gmail's forward is told by the route where To names nobody",
      'undisclosed-recipients:;',
      [
        ['Delivered-To', 'master@otters.example'],
        ['X-Forwarded-For', 'ada@gmail.example master@otters.example'],
      ],
      'auto',
      'ada@gmail.example',
    ],
    [
      'of a forward by way of two mailboxes is the first of them',
      'undisclosed-recipients:;',
      [
        ['X-Forwarded-For', 'bea@gmail.example master@otters.example'],
        ['X-Forwarded-For', 'ada@gmail.example bea@gmail.example'],
      ],
      'auto',
      'ada@gmail.example',
    ],
    [
      'of a redirect is whom the site wrote to',
      'ada@outlook.example',
      [
        ['Resent-From', 'ada@outlook.example'],
        ['Resent-To', 'master@otters.example'],
        ['X-Original-To', 'master@otters.example'],
      ],
      'redirect',
      'ada@outlook.example',
    ],
    [
      'of a redirect may be told by its route only',
      'master@otters.example',
      [
        ['Resent-From', 'ada@outlook.example'],
        ['X-Forwarded-To', 'master@otters.example'],
      ],
      'redirect',
      'ada@outlook.example',
    ],
    [
      'of a hidden address is the one that the site knows',
      'x7_alias@icloud.example',
      [['Delivered-To', 'master@otters.example']],
      'none',
      'x7_alias@icloud.example',
    ],
    [
      'of several is the one whose mailbox it lay in',
      'bea@gmail.example, a.d.a@gmail.com',
      [['X-Forwarded-For', 'ada@gmail.com master@otters.example']],
      'auto',
      'a.d.a@gmail.com',
    ],
    ["is the mailbox's own when nobody else is named", 'master@otters.example', [], 'none', 'master@otters.example'],
  ])('%s', async (_rule, to, headers, forwarded, recipient) => {
    expect(await understand({ to, headers })).toMatchObject({ forwarded, recipient });
  });

  it('is not a mailbox whose username is its local part alone', async () => {
    const mail = { to: 'robot7@otters.example', headers: [['X-Original-To', 'master@otters.example']] } as const;
    expect(await understand(mail, { username: 'master' })).toMatchObject({ recipient: 'robot7@otters.example' });
  });
});

describe('the sender', () => {
  const raw = (from: string): string =>
    `${from}\r\nTo: ada@otters.example\r\nSubject: a\r\n\r\nYour verification code is 482913.\r\n`;

  it.each<[string, string, string | null]>([
    ['is an address, not a name that looks like one', 'From: "no-reply@bank.example" <a@evil.example>', 'evil.example'],
    [
      'is an address, not an encoded name that looks like one',
      'From: =?utf-8?Q?=22Bank=22_=3Cno-reply=40bank.example=3E?= <a@evil.example>',
      'evil.example',
    ],
    ['is not what stands in a comment', 'From: a@evil.example (no-reply@bank.example)', 'evil.example'],
    ['may have a quoted local part', 'From: "a@bank.example"@evil.example', 'evil.example'],
    ['may stand on a line of its own', 'From: Bank\r\n <no-reply@mail.bank.example>', 'bank.example'],
    ['with letters of another script is another', 'From: no-reply@b\u0430nk.example', 'xn--bnk-6cd.example'],
    ['with full-width letters is nobody', 'From: no-reply@\uff42\uff41\uff4e\uff4b.example', null],
    ['of two fields is nobody', 'From: no-reply@bank.example\r\nFrom: a@evil.example', null],
    ['of two addresses is nobody', 'From: no-reply@bank.example, a@evil.example', null],
    ['of two brackets is nobody', 'From: <no-reply@bank.example> <a@evil.example>', null],
    ['of none is nobody', 'Sender: no-reply@bank.example', null],
  ])('%s', async (_rule, from, site) => {
    expect((await understandRaw(raw(from))).site).toBe(site);
  });

  it('is found whatever stands in a header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { value } of readHeader(Buffer.from(`From: ${text}`)))
          for (const address of addressesIn(value)) expect(address).toContain('@');
      }),
      { numRuns: 500 },
    );
  });
});

/** What a program writes above what it forwards; `{from}` and so on are replaced. */
const INNER = { from: 'Riverbank <no-reply@mail.riverbank.example>', to: 'ada+7@outlook.example', subject: 'Dein Code' };
type Block = readonly [prefix: string, marker: string, from: string, date: string, subject: string, to: string];
const PROGRAMS: Readonly<Record<string, Block>> = {
  'Gmail, English': ['Fwd', '---------- Forwarded message ---------', 'From', 'Date', 'Subject', 'To'],
  'Gmail, German': ['Fwd', '---------- Forwarded message ---------', 'Von', 'Date', 'Subject', 'To'],
  'Outlook, English': ['FW', '', 'From', 'Sent', 'Subject', 'To'],
  'Outlook, German': ['WG', '', 'Von', 'Gesendet', 'Betreff', 'An'],
  'Outlook, French': ['TR', '', 'De', 'Envoyé', 'Objet', 'À'],
  'Outlook, Spanish': ['RV', '', 'De', 'Enviado el', 'Asunto', 'Para'],
  'Outlook, Portuguese': ['ENC', '', 'De', 'Enviada em', 'Assunto', 'Para'],
  'Outlook, Italian': ['I', '', 'Da', 'Inviato', 'Oggetto', 'A'],
  'Outlook, Dutch': ['FW', '', 'Van', 'Verzonden', 'Onderwerp', 'Aan'],
  'Outlook, Swedish': ['VB', '', 'Från', 'Skickat', 'Ämne', 'Till'],
  'Outlook, Danish': ['VS', '', 'Fra', 'Sendt', 'Emne', 'Til'],
  'Outlook, Finnish': ['VL', '', 'Lähettäjä', 'Lähetetty', 'Aihe', 'Vastaanottaja'],
  'Outlook, Polish': ['PD', '', 'Od', 'Wysłano', 'Temat', 'Do'],
  'Outlook, Czech': ['FW', '', 'Od', 'Odesláno', 'Předmět', 'Komu'],
  'Outlook, Hungarian': ['TOV', '', 'Feladó', 'Elküldve', 'Tárgy', 'Címzett'],
  'Outlook, Turkish': ['İLT', '', 'Gönderen', 'Gönderildi', 'Konu', 'Kime'],
  'Outlook, Greek': ['ΠΡΘ', '', 'Από', 'Στάλθηκε', 'Θέμα', 'Προς'],
  'Outlook, Russian': ['FW', '', 'От', 'Отправлено', 'Тема', 'Кому'],
  'Outlook, Chinese': ['转发', '', '发件人', '发送时间', '主题', '收件人'],
  'Outlook, Japanese': ['FW', '', '差出人', '送信日時', '件名', '宛先'],
  'Outlook, Korean': ['FW', '', '보낸 사람', '보낸 날짜', '제목', '받는 사람'],
  'Outlook, Hebrew': ['FW', '', 'מאת', 'נשלח', 'נושא', 'אל'],
  'Outlook, Arabic': ['FW', '', 'من', 'تم الإرسال', 'الموضوع', 'إلى'],
  'Apple Mail, English': ['Fwd', 'Begin forwarded message:', 'From', 'Date', 'Subject', 'To'],
  'Apple Mail, German': ['Fwd', 'Anfang der weitergeleiteten Nachricht:', 'Von', 'Datum', 'Betreff', 'An'],
  'Apple Mail, French': ['Tr', 'Début du message transféré :', 'De', 'Date', 'Objet', 'À'],
  'Thunderbird, Ukrainian': ['Fwd', '-------- Переслане повідомлення --------', 'Від', 'Дата', 'Тема', 'Кому'],
  'Thunderbird, Romanian': ['Fwd', '-------- Mesaj redirecționat --------', 'De la', 'Data', 'Subiect', 'Către'],
  'Thunderbird, Vietnamese': ['Fwd', '-------- Thư được chuyển tiếp --------', 'Từ', 'Ngày', 'Chủ đề', 'Đến'],
  'Yahoo, Indonesian': ['Fw', '----- Pesan yang Diteruskan -----', 'Dari', 'Terkirim', 'Perihal', 'Kepada'],
  'GMX, German': ['Fw', '', 'Von', 'Gesendet', 'Betreff', 'An'],
};
const AS_TEXT = (title: string, value: string): string => `${title}: ${value}`;

function forwarded(
  [prefix, marker, from, date, subject, to]: Block,
  as: (title: string, value: string) => string = AS_TEXT,
): Partial<MailFields> {
  const block = [
    as(from, INNER.from),
    as(date, 'Freitag, 27. November 2026 09:14'),
    as(to, INNER.to),
    as(subject, INNER.subject),
  ];
  const text = [
    'Bitte sehr',
    '-- ',
    'Ada, Tel. 0451 7741',
    '',
    marker,
    ...block,
    '',
    'Dein Code lautet 482913.',
    '',
    'Hallo',
  ].join('\n');
  return { from: 'Ada <ada@outlook.example>', to: 'master@otters.example', subject: `${prefix}: ${INNER.subject}`, text };
}

describe('a mail that was forwarded with its text', () => {
  const opened = {
    forwarded: 'inline',
    site: 'riverbank.example',
    from: 'no-reply@mail.riverbank.example',
    recipient: 'ada+7@outlook.example',
    subject: 'Dein Code',
  };

  it.each(Object.entries(PROGRAMS))('by %s is opened to its sender, recipient and body', async (_program, block) => {
    expect(await understand(forwarded(block))).toMatchObject({ ...opened, finding: { code: '482913' } });
  });

  it('is opened with labels in bold, and quoted', async () => {
    for (const as of [
      (title: string, value: string) => `*${title}:* ${value}`,
      (title: string, value: string) => `> ${title}: ${value}`,
    ]) {
      expect(await understand(forwarded(['Fwd', 'Begin forwarded message:', 'From', 'Date', 'Subject', 'To'], as))).toMatchObject(
        opened,
      );
    }
  });

  it('is opened in HTML, in paragraphs and in a table', async () => {
    const outlook = `<div><b>Von:</b> Riverbank &lt;<a href="mailto:no-reply@mail.riverbank.example">no-reply@mail.riverbank.example</a>&gt;<br><b>Gesendet:</b> Freitag<br><b>An:</b> ada+7@outlook.example<br><b>Betreff:</b> Dein Code</div><p>Dein Code lautet <b>482913</b></p>`;
    const thunderbird = `<table><tr><th>Subject: </th><td>Dein Code</td></tr><tr><th>Date: </th><td>Fri</td></tr><tr><th>From: </th><td>Riverbank <a href="mailto:x">&lt;no-reply@mail.riverbank.example&gt;</a></td></tr><tr><th>To: </th><td>ada+7@outlook.example</td></tr></table><p>Dein Code lautet 482913</p>`;
    for (const html of [outlook, thunderbird]) {
      expect(
        await understand({ from: 'ada@outlook.example', to: 'master@otters.example', subject: 'WG: Dein Code', html }),
      ).toMatchObject({ ...opened, finding: { code: '482913' } });
    }
  });

  it('was for its forwarder when it names no recipient by address', async () => {
    const text =
      'From: Riverbank <no-reply@mail.riverbank.example>\nSent: Friday\nTo: Ada Otter\nSubject: Dein Code\n\nDein Code lautet 482913.';
    expect(
      await understand({ from: 'ada@outlook.example', to: 'master@otters.example', subject: 'FW: Dein Code', text }),
    ).toMatchObject({ ...opened, recipient: 'ada@outlook.example' });
  });

  it('is opened twice when both forwarders are trusted, and once when only the last is', async () => {
    const { from: _, ...first } = forwarded(['Fwd', '---------- Forwarded message ---------', 'From', 'Date', 'Subject', 'To']);
    const text = `---------- Forwarded message ---------\nFrom: Ada <ada@outlook.example>\nDate: Friday\nSubject: Fwd: Dein Code\nTo: bea@otters.example\n\n${first.text}`;
    const mail = { ...first, from: 'bea@otters.example', text };
    expect(await understand(mail, { forwarders: ['bea@otters.example', 'Ada@Outlook.example'] })).toMatchObject(opened);
    expect(await understand(mail, { forwarders: ['bea@otters.example'] })).toMatchObject({
      forwarded: 'inline',
      site: 'outlook.example',
    });
  });

  it('by somebody whom nobody trusts stays a mail of its sender', async () => {
    const mail = forwarded(['Fwd', '---------- Forwarded message ---------', 'From', 'Date', 'Subject', 'To']);
    expect(await understand({ ...mail, from: 'eve@elsewhere.example' })).toMatchObject({
      forwarded: 'none',
      site: 'elsewhere.example',
      from: 'eve@elsewhere.example',
    });
    expect(await understand({ ...mail, from: '"ada@outlook.example" <eve@elsewhere.example>' })).toMatchObject({
      forwarded: 'none',
      site: 'elsewhere.example',
    });
    expect(await understand(mail, { ...MASTER, forwarders: [] })).toMatchObject({ forwarded: 'none', site: 'outlook.example' });
  });

  it('is not taken for its sender by a name, nor by a block in its own text', async () => {
    const named = forwarded(['Fwd', '', 'From', 'Date', 'Subject', 'To']).text ?? '';
    const mail = { from: 'ada@outlook.example', to: 'master@otters.example', subject: 'Fwd: Dein Code' };
    const trick = named.replace(INNER.from, '"no-reply@bank.example" <eve@evil.example>');
    expect(await understand({ ...mail, text: trick })).toMatchObject({ site: 'evil.example' });
    const unsure = named.replace(INNER.from, 'no-reply@bank.example eve@evil.example');
    expect(await understand({ ...mail, text: unsure })).toMatchObject({ site: null });
    const nested = `${named.replace(INNER.from, 'Eve <eve@evil.example>')}\n\nFrom: Bank <no-reply@bank.example>\nDate: Friday\nTo: ada@outlook.example\nSubject: Code\n\nYour code is 111222`;
    expect(await understand({ ...mail, text: nested })).toMatchObject({ site: 'evil.example' });
  });

  it('keeps its first lines, also where they begin with a word and a colon', async () => {
    const text =
      'From: a@riverbank.example\nSent: Friday\nTo: ada@outlook.example\nSubject: Hi\n\nYour verification code:\n482913\nDate: today';
    expect(await understand({ from: 'ada@outlook.example', subject: 'FW: Hi', text })).toMatchObject({
      finding: { code: '482913' },
    });
  });

  it('is not seen in an answer, nor in a mail of the forwarder that forwards nothing', async () => {
    const text =
      'Thanks!\n\n-----Original Message-----\nFrom: a@riverbank.example\nSent: Friday\nTo: ada@outlook.example\nSubject: Hi\n\nYour verification code is 482913.';
    expect(await understand({ from: 'ada@outlook.example', subject: 'Re: Hi', text })).toMatchObject({
      forwarded: 'none',
      site: 'outlook.example',
    });
  });
});

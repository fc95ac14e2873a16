import type { UnderstandMail } from '../core/understand-mail.ts';

const ROUNDS = 40;

/** A mail of each shape: plain text, and both with a table. */
const MAILS = [
  'From: Riverbank <a@riverbank.example>\r\nTo: b@otters.example\r\nSubject: Your code\r\n\r\nYour verification code is 482913. It expires in 10 minutes.\r\n',
  [
    'From: Riverbank <a@riverbank.example>',
    'To: b@otters.example',
    'Subject: =?utf-8?B?RGVpbiBCZXN0w6R0aWd1bmdzY29kZQ==?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=x',
    '',
    '--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDein Code: 482 913\r\n',
    '--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<style>.a{color:#333}</style><table><tr><td style=3D"color:#333">4</td><td>8</td></tr></table><p>Dein Code: <b>482913</b></p><a href=3D"https://riverbank.example/confirm?token=3D9fK2vQ7xL1">Weiter</a>\r\n',
    '--x--\r\n',
  ].join('\r\n'),
].map((mail) => Buffer.from(mail));

const MAILBOX = { username: 'b@otters.example', authservId: 'mx.otters.example', forwarders: [] };

/** Reads made-up mails until the engine has compiled the way: the first true mail is read as fast as the hundredth. */
export async function warmUp(understand: UnderstandMail): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const mail of MAILS) await understand({ source: mail, isWhole: true, texts: [] }, MAILBOX);
  }
}

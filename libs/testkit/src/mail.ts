import { randomUUID } from 'node:crypto';

export interface MailFields {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly date?: Date;
  readonly messageId?: string;
  /** More header lines, in this order, above all others. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** A raw mail (RFC 5322, MIME): text, HTML or both as alternatives, in base64 UTF-8, with CRLF line ends. */
export function buildMail(mail: MailFields): string {
  const boundary = `=_otter_${randomUUID()}`;
  const parts = [
    ...(mail.text === undefined ? [] : [part('text/plain', mail.text)]),
    ...(mail.html === undefined ? [] : [part('text/html', mail.html)]),
  ];
  const [only] = parts;
  const content =
    parts.length === 1 && only !== undefined
      ? only
      : [
          `Content-Type: multipart/alternative; boundary="${boundary}"`,
          '',
          ...parts.map((one) => `--${boundary}\r\n${one}`),
          `--${boundary}--`,
        ].join('\r\n');
  return [
    ...(mail.headers ?? []).map(([name, value]) => `${name}: ${value}`),
    `From: ${encodeAddress(mail.from)}`,
    `To: ${encodeAddress(mail.to)}`,
    `Subject: ${encodeWords(mail.subject)}`,
    `Date: ${(mail.date ?? new Date()).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${mail.messageId ?? `<${randomUUID()}@otters.example>`}`,
    'MIME-Version: 1.0',
    content,
    '',
  ].join('\r\n');
}

function part(type: string, text: string): string {
  const body = Buffer.from(text)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n');
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}`;
}

/** `Name <address>` with the name as an encoded word where it needs one. */
function encodeAddress(address: string): string {
  const [, name, rest] = /^(.*?)\s*(<[^<>]+>)$/.exec(address) ?? [];
  return name === undefined || rest === undefined || name === '' ? address : `${encodeWords(name)} ${rest}`;
}

/** RFC 2047: encoded words of at most 75 characters, none of which splits a character. */
function encodeWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}

import type { DraftMail } from '@otterpost/contracts/extraction-requests';

/** A raw mail (RFC 5322) of what somebody has of one; what it holds can begin no header field. */
export function composeMail({ html, text, subject, from }: DraftMail): Buffer {
  const parts = [
    ...(text === undefined ? [] : [part('text/plain', text)]),
    ...(html === undefined ? [] : [part('text/html', html)]),
  ];
  const boundary = '=_otterpost_draft';
  return Buffer.from(
    [
      ...(from === undefined ? [] : [`From: ${from.replaceAll(/[\r\n]+/g, ' ')}`]),
      ...(subject === undefined ? [] : [`Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`]),
      'MIME-Version: 1.0',
      `Content-Type: multipart/alternative; boundary="${boundary}"`,
      '',
      ...parts.map((one) => `--${boundary}\r\n${one}`),
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  );
}

function part(type: string, content: string): string {
  const lines = Buffer.from(content)
    .toString('base64')
    .replaceAll(/.{76}(?=.)/g, '$&\r\n');
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}`;
}

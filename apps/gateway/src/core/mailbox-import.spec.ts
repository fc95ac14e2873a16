import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';

import { readMailboxImport } from './mailbox-import.ts';

const read = (body: unknown) => readMailboxImport(body).entries.map(({ line, mailbox }) => ({ line, ...mailbox }));

describe('lines', () => {
  it('name a mailbox where its address lies, with the rest of the line as its password', () => {
    expect(read('# mine\nada@gmx.de:pa:ss\n\nbea@otters.example:secret:mail.otters.example:1993\r\n')).toEqual([
      {
        line: 2,
        name: 'ada@gmx.de',
        username: 'ada@gmx.de',
        host: 'imap.gmx.net',
        port: 993,
        security: 'tls',
        auth: { type: 'password', password: 'pa:ss' },
      },
      {
        line: 4,
        name: 'bea@otters.example',
        username: 'bea@otters.example',
        host: 'mail.otters.example',
        port: 1993,
        security: 'tls',
        auth: { type: 'password', password: 'secret' },
      },
    ]);
  });

  it('lie at Gmail where nothing else is known', () => {
    expect(read('ada@otters.example:secret')).toMatchObject([{ host: 'imap.gmail.com' }]);
  });

  it('without a password are rejected by their number, and stop no other', () => {
    const { entries, rejected } = readMailboxImport('ada@gmail.com\nbea@gmail.com:secret');
    expect(entries.map(({ line }) => line)).toEqual([2]);
    expect(rejected).toMatchObject([{ line: 1, text: 'ada@gmail.com', code: 'invalid_request' }]);
  });
});

describe('CSV', () => {
  it('has the fields as columns, quoted where they hold commas, quotes or line ends', () => {
    const csv = [
      'username,password,host,port,folders,paused,smtpHost,smtpPort,smtpSecurity,smtpUsername,smtpPassword',
      'ada@otters.example,"a ""b"",c",mail.otters.example,143,INBOX;Spam,true,smtp.otters.example,587,starttls,ada,s',
    ].join('\r\n');
    expect(read(`\uFEFF${csv}\r\n`)).toEqual([
      {
        line: 2,
        name: 'ada@otters.example',
        username: 'ada@otters.example',
        auth: { type: 'password', password: 'a "b",c' },
        host: 'mail.otters.example',
        port: 143,
        security: 'tls',
        folders: ['INBOX', 'Spam'],
        paused: true,
        smtp: { host: 'smtp.otters.example', port: 587, security: 'starttls', username: 'ada', password: 's' },
      },
    ]);
  });

  it('takes an OAuth2 credential', () => {
    expect(read('username,provider,clientId,refreshToken\nada@outlook.com,microsoft,c1,r1')).toMatchObject([
      {
        host: 'outlook.office365.com',
        auth: { type: 'oauth2', provider: 'microsoft', clientId: 'c1', refreshToken: 'r1' },
      },
    ]);
  });

  it.each(['username,password\nada,"x" y', 'username,password\nada,"x'])('with quotes that do not fit is refused: %j', (csv) => {
    expect(() => readMailboxImport(csv)).toThrow(/quotes of line 2/);
  });

  it('with an unknown column is refused as a whole', () => {
    expect(() => readMailboxImport('username,passwort\na,b')).toThrow(Failure);
  });
});

describe('a JSON array', () => {
  it('holds mailboxes as they are made one by one; what is none is rejected by its place', () => {
    const { entries, rejected } = readMailboxImport([
      { username: 'ada@gmail.com', auth: { type: 'password', password: 'x' } },
      { username: 'bea@gmail.com', auth: { type: 'password', password: 'x\r\ny' } },
      7,
    ]);
    expect(entries).toMatchObject([{ line: 1, mailbox: { name: 'ada@gmail.com', host: 'imap.gmail.com' } }]);
    expect(rejected.map(({ line, message }) => [line, message.includes('line breaks')])).toEqual([
      [2, true],
      [3, false],
    ]);
  });
});

it('is refused when it is neither text nor an array', () => {
  expect(() => readMailboxImport({ username: 'ada@gmail.com' })).toThrow(Failure);
});

import { describe, expect, it } from '@jest/globals';
import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';

import { toSessionEnded } from './imap-refusal.ts';

function told(host: string, error: object): readonly [string, string] {
  const { status, message } = toSessionEnded(error, { host, port: 993, username: 'ada' } as MailboxAssignment);
  return [status, message];
}

const INVALID = { authenticationFailed: true, serverResponseCode: 'AUTHENTICATIONFAILED', responseText: 'Invalid credentials' };

describe('a refused password', () => {
  it.each([
    ['imap.gmail.com', /Gmail refused the password of ada: only an app password .*apppasswords/],
    ['outlook.office365.com', /OAuth2 only/],
    ['mail.otters.example', /check username and password/],
  ])('is told with what to do at %s', (host, words) => {
    expect(told(host, INVALID)).toEqual(['auth_failed', expect.stringMatching(words)]);
  });
});

describe('a server that cannot be reached', () => {
  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another name: check the host/],
    ['CERT_HAS_EXPIRED', /has expired/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /name its authority/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /starttls/],
    ['ENOTFOUND', /check the name/],
    ['ECONNREFUSED', /check host and port/],
  ])('is never a refused credential: %s', (code, words) => {
    expect(told('mail.otters.example', { code, message: 'no' })).toEqual(['unreachable', expect.stringMatching(words)]);
  });
});

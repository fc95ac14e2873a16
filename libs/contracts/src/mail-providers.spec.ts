import { describe, expect, it } from '@jest/globals';

import { MAIL_PROVIDERS, MailProvider, providerAt, providerOfAddress } from './mail-providers.ts';

describe('the presets', () => {
  it('fit their description, each under a name of its own', () => {
    for (const provider of MAIL_PROVIDERS) expect(MailProvider.parse(provider)).toEqual(provider);
    expect(new Set(MAIL_PROVIDERS.map(({ id }) => id)).size).toBe(MAIL_PROVIDERS.length);
  });

  it('tell how to get the credential, and watch the junk folder beside INBOX', () => {
    for (const { credential, folders, junkFolder } of MAIL_PROVIDERS) {
      expect(credential.steps.length).toBeGreaterThan(0);
      expect(folders).toEqual(['INBOX', junkFolder]);
    }
  });

  it('leave room for the two connections of a mailbox and one check', () => {
    for (const { limits } of MAIL_PROVIDERS) expect(limits.connections).toBeGreaterThanOrEqual(3);
  });

  it('begin IDLE anew before RFC 2177 lets the server hang up', () => {
    for (const { limits } of MAIL_PROVIDERS) expect(limits.reIdleMinutes).toBeLessThan(29);
  });
});

describe('the provider of a mailbox', () => {
  it.each([
    ['IMAP.Gmail.com', 993, 'gmail'],
    ['imap.googlemail.com.', 993, 'gmail'],
    ['imappro.zoho.eu', 993, 'zoho'],
    ['127.0.0.1', 1143, 'proton-bridge'],
    ['127.0.0.1', 993, 'generic'],
    ['mail.otters.example', 993, 'generic'],
  ])('at %s:%i is %s', (host, port, id) => {
    expect(providerAt(host, port).id).toBe(id);
  });

  it('is told by an address where its domain is known', () => {
    expect(providerOfAddress('ada@Hotmail.com')?.id).toBe('outlook');
    expect(providerOfAddress('ada@otters.example')).toBeUndefined();
  });
});

import * as z from 'zod';

import { pageOf } from './page.ts';

/** Who gives access tokens for its mailboxes: the `provider` of an OAuth2 credential. */
export const OAuth2Provider = z.enum(['google', 'microsoft']);
export type OAuth2Provider = z.infer<typeof OAuth2Provider>;

/** Where a refresh token is changed for an access token (RFC 6749 section 6). Fixed: nobody's mailbox names an address that we then ask. */
export const OAUTH2_ENDPOINTS: Readonly<
  Record<OAuth2Provider, { readonly name: string; readonly tokenUrl: string; readonly scope: string | null }>
> = {
  // Without a scope, Google's access token is good for all that the refresh token was granted.
  google: { name: 'Google', tokenUrl: 'https://oauth2.googleapis.com/token', scope: null },
  microsoft: {
    name: 'Microsoft',
    tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    scope: 'https://outlook.office.com/IMAP.AccessAsUser.All offline_access',
  },
};

/** How hard a provider may be used, so that it neither cuts the mailbox off nor lets it go silent. */
export const ProviderLimits = z.object({
  connections: z.int().meta({ description: 'IMAP connections at a time, for one account' }),
  bytesPerDay: z.int().nullable().meta({ description: 'Bytes that may be fetched in a day; null where none is known' }),
  reIdleMinutes: z.number().meta({ description: 'IDLE is begun anew within this, or the server goes silent or hangs up' }),
  hasIdle: z.boolean().meta({ description: 'Without IDLE the folders are asked by STATUS' }),
  pollSeconds: z.int().meta({ description: 'Between two STATUS commands where there is no IDLE' }),
  sessionMinutes: z.int().nullable().meta({ description: 'The server ends a session after about this long' }),
  oauth2SessionMinutes: z.int().nullable().meta({ description: 'The same for a session that logged in by OAuth2' }),
});
export type ProviderLimits = z.infer<typeof ProviderLimits>;

const Security = z.enum(['tls', 'starttls', 'none']);
const Endpoint = z.object({ host: z.string(), port: z.int(), security: Security });

/** What is known of a mail provider: fills what a mailbox leaves open, and tells people how to get a credential there. */
export const MailProvider = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string().meta({ description: 'Empty where every installation has its own' }),
  port: z.int(),
  security: Security,
  hosts: z.array(z.string()).meta({ description: 'A mailbox at one of these hosts is of this provider' }),
  domains: z.array(z.string()).meta({ description: 'Addresses of these domains have their mailbox here' }),
  folders: z.array(z.string()).meta({ description: 'What is watched: INBOX and the junk folder' }),
  junkFolder: z.string().meta({ description: 'Its name where the server marks no folder as \\Junk (RFC 6154)' }),
  authservId: z.string().nullable().meta({ description: 'Its id in Authentication-Results (RFC 8601 section 2.5)' }),
  smtp: Endpoint.nullable(),
  requiresOAuth2: z.boolean(),
  oauth2: OAuth2Provider.nullable().meta({ description: 'The `provider` of an OAuth2 credential' }),
  credential: z.object({
    kind: z.string().meta({ description: 'What a person has to get' }),
    steps: z.array(z.string()).meta({ description: 'How to get it, one thing to do each' }),
    url: z.url().nullable(),
  }),
  limits: ProviderLimits,
});
export type MailProvider = z.infer<typeof MailProvider>;
export const MailProviders = pageOf(MailProvider);

const MEBIBYTE = 1024 * 1024;
/** RFC 2177: a server may log out who idles for half an hour, so IDLE is begun anew every 29 minutes. */
const USUAL: ProviderLimits = {
  connections: 10,
  bytesPerDay: null,
  reIdleMinutes: 28,
  hasIdle: true,
  pollSeconds: 30,
  sessionMinutes: null,
  oauth2SessionMinutes: null,
};

/** By the providers' own pages and what clients have met; the last one stands for every host that no other names. */
export const MAIL_PROVIDERS: readonly [MailProvider, ...MailProvider[]] = [
  {
    id: 'gmail',
    name: 'Gmail',
    host: 'imap.gmail.com',
    port: 993,
    security: 'tls',
    hosts: ['imap.gmail.com', 'imap.googlemail.com'],
    domains: ['gmail.com', 'googlemail.com'],
    folders: ['INBOX', '[Gmail]/Spam'],
    junkFolder: '[Gmail]/Spam',
    authservId: 'mx.google.com',
    smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    requiresOAuth2: false,
    oauth2: 'google',
    credential: {
      kind: 'An app password, or OAuth2',
      steps: [
        'Switch on 2-Step Verification at https://myaccount.google.com/security',
        'Open https://myaccount.google.com/apppasswords, type a name such as Otterpost and create the password',
        'Give its 16 letters as the password; blanks between them do not matter',
        'Make a new one whenever the password of the account was changed: that ends all app passwords',
        'Where a work or school account offers no app passwords, its administrator has switched them off: use OAuth2',
      ],
      url: 'https://myaccount.google.com/apppasswords',
    },
    // 2,500 MB a day; 15 connections, of which the owner's own phone and desktop take some; a session lasts about a day.
    limits: {
      ...USUAL,
      connections: 15,
      bytesPerDay: 2500 * MEBIBYTE,
      reIdleMinutes: 9,
      sessionMinutes: 1440,
      oauth2SessionMinutes: 60,
    },
  },
  {
    id: 'outlook',
    name: 'Outlook.com, Hotmail and Microsoft 365',
    host: 'outlook.office365.com',
    port: 993,
    security: 'tls',
    hosts: ['outlook.office365.com', 'imap-mail.outlook.com', 'outlook.office.com'],
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
    folders: ['INBOX', 'Junk'],
    junkFolder: 'Junk',
    // Exchange Online writes Authentication-Results without an id of its own.
    authservId: null,
    smtp: { host: 'smtp.office365.com', port: 587, security: 'starttls' },
    requiresOAuth2: true,
    oauth2: 'microsoft',
    credential: {
      kind: 'OAuth2: passwords are switched off since 16 September 2024',
      steps: [
        'Switch IMAP on: Outlook on the web, Settings, Mail, Forwarding and IMAP (at Microsoft 365 the administrator does it for each mailbox)',
        'Register an application at https://entra.microsoft.com (App registrations) with the delegated permissions IMAP.AccessAsUser.All and offline_access of Office 365 Exchange Online',
        "Let the mailbox's owner consent with the scope https://outlook.office.com/IMAP.AccessAsUser.All offline_access; ask for no Graph scope in the same consent",
        "Give the application's client id (and its secret, if it has one) and the refresh token, with the provider microsoft",
      ],
      url: 'https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth',
    },
    limits: { ...USUAL, connections: 15, oauth2SessionMinutes: 60 },
  },
  {
    id: 'yahoo',
    name: 'Yahoo',
    host: 'imap.mail.yahoo.com',
    port: 993,
    security: 'tls',
    hosts: ['imap.mail.yahoo.com'],
    domains: ['yahoo.com', 'yahoo.de', 'yahoo.fr', 'yahoo.it', 'yahoo.es', 'yahoo.co.uk', 'ymail.com', 'rocketmail.com'],
    folders: ['INBOX', 'Bulk'],
    junkFolder: 'Bulk',
    authservId: null,
    smtp: { host: 'smtp.mail.yahoo.com', port: 465, security: 'tls' },
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'An app password',
      steps: [
        'Open https://login.yahoo.com/account/security and choose "Generate app password"',
        'Type a name such as Otterpost, create the password and give it here',
      ],
      url: 'https://login.yahoo.com/account/security',
    },
    limits: { ...USUAL, reIdleMinutes: 2.5 },
  },
  {
    id: 'aol',
    name: 'AOL',
    host: 'imap.aol.com',
    port: 993,
    security: 'tls',
    hosts: ['imap.aol.com'],
    domains: ['aol.com', 'aim.com'],
    folders: ['INBOX', 'Bulk'],
    junkFolder: 'Bulk',
    authservId: null,
    smtp: { host: 'smtp.aol.com', port: 465, security: 'tls' },
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'An app password',
      steps: [
        'Open https://login.aol.com/account/security and choose "Generate app password"',
        'Type a name such as Otterpost, create the password and give it here',
      ],
      url: 'https://login.aol.com/account/security',
    },
    limits: { ...USUAL, reIdleMinutes: 2.5 },
  },
  {
    id: 'icloud',
    name: 'iCloud',
    host: 'imap.mail.me.com',
    port: 993,
    security: 'tls',
    hosts: ['imap.mail.me.com'],
    domains: ['icloud.com', 'me.com', 'mac.com'],
    folders: ['INBOX', 'Junk'],
    junkFolder: 'Junk',
    authservId: null,
    smtp: { host: 'smtp.mail.me.com', port: 587, security: 'starttls' },
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'An app-specific password',
      steps: [
        'Switch on two-factor authentication for the Apple Account',
        'Open https://account.apple.com, "Sign-In and Security", "App-Specific Passwords", and create one',
        'Give it as shown (xxxx-xxxx-xxxx-xxxx), with the part of the address before @icloud.com, or all of it, as the username',
      ],
      url: 'https://account.apple.com',
    },
    limits: USUAL,
  },
  {
    id: 'gmx',
    name: 'GMX and WEB.DE',
    host: 'imap.gmx.net',
    port: 993,
    security: 'tls',
    hosts: ['imap.gmx.net', 'imap.gmx.com', 'imap.web.de'],
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.com', 'web.de'],
    folders: ['INBOX', 'Spamverdacht'],
    junkFolder: 'Spamverdacht',
    authservId: 'gmx.net',
    smtp: { host: 'mail.gmx.net', port: 465, security: 'tls' },
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'The password of the account, or an app password where two-factor authentication is on',
      steps: [
        'Switch IMAP on in the web mailer: Settings, POP3 & IMAP, "Allow access to this account via POP3 and IMAP"',
        'Where two-factor authentication is on, create an app-specific password under Security options and give that',
      ],
      url: 'https://www.gmx.net',
    },
    limits: USUAL,
  },
  {
    id: 'zoho',
    name: 'Zoho Mail',
    host: 'imap.zoho.com',
    port: 993,
    security: 'tls',
    hosts: ['imap.zoho.com', 'imap.zoho.eu', 'imap.zoho.in', 'imappro.zoho.com', 'imappro.zoho.eu', 'imappro.zoho.in'],
    domains: ['zoho.com', 'zohomail.com', 'zoho.eu', 'zohomail.eu'],
    folders: ['INBOX', 'Spam'],
    junkFolder: 'Spam',
    authservId: 'mx.zohomail.com',
    smtp: { host: 'smtp.zoho.com', port: 465, security: 'tls' },
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'The password of the account, or an app password where two-factor authentication is on',
      steps: [
        'Switch IMAP on in the web mailer: Settings, Mail Accounts, IMAP',
        'Where two-factor authentication is on, create a password at https://accounts.zoho.com under Security, App Passwords',
        'Take imap.zoho.eu or imap.zoho.in where the account lives there, and imappro.zoho.com for an address with a domain of your own',
      ],
      url: 'https://accounts.zoho.com/home#security/app_password',
    },
    limits: { ...USUAL, connections: 3 },
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    host: 'imap.fastmail.com',
    port: 993,
    security: 'tls',
    hosts: ['imap.fastmail.com', 'imap.messagingengine.com'],
    domains: ['fastmail.com', 'fastmail.fm'],
    folders: ['INBOX', 'Spam'],
    junkFolder: 'Spam',
    authservId: null,
    smtp: { host: 'smtp.fastmail.com', port: 465, security: 'tls' },
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'An app password',
      steps: [
        'Open https://app.fastmail.com/settings/security/apps and choose "New app password"',
        'Give it access to IMAP (and SMTP for forwarding checks); Basic plans have no IMAP',
      ],
      url: 'https://app.fastmail.com/settings/security/apps',
    },
    limits: USUAL,
  },
  {
    id: 'proton-bridge',
    name: 'Proton Mail Bridge',
    host: '127.0.0.1',
    port: 1143,
    security: 'starttls',
    // Bridge listens on loopback, as other servers may: only its port tells it from them.
    hosts: [],
    domains: ['proton.me', 'protonmail.com', 'pm.me'],
    folders: ['INBOX', 'Spam'],
    junkFolder: 'Spam',
    authservId: 'mail.protonmail.ch',
    smtp: { host: '127.0.0.1', port: 1025, security: 'starttls' },
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'The password that Bridge shows for the mailbox',
      steps: [
        'Run Proton Mail Bridge (a paid plan has it) beside the ingestor and sign in there',
        'Copy host, port, username and password from "Mailbox details"',
        `Export Bridge's certificate (Settings, Advanced settings, Export TLS certificates) and give cert.pem as "ca"`,
        'Set OTTERPOST_ALLOW_PRIVATE_HOSTS=true: Bridge listens on loopback',
      ],
      url: 'https://proton.me/mail/bridge',
    },
    limits: USUAL,
  },
  {
    id: 'generic',
    name: 'Any other IMAP server',
    host: '',
    port: 993,
    security: 'tls',
    hosts: [],
    domains: [],
    folders: ['INBOX', 'Junk'],
    junkFolder: 'Junk',
    authservId: null,
    smtp: null,
    requiresOAuth2: false,
    oauth2: null,
    credential: {
      kind: 'The password of the mailbox',
      steps: [
        "Take host, port and username from the provider's page on mail programs",
        `Give the server's authority as "ca" where its certificate is not from a public one`,
        'Give "authservId" where the server stamps Authentication-Results: it is the first word of that header',
      ],
      url: null,
    },
    limits: USUAL,
  },
];

const GENERIC = MAIL_PROVIDERS.find(({ id }) => id === 'generic') ?? MAIL_PROVIDERS[0];

/** The provider of a mailbox by its host: the generic one where no other names it. */
export function providerAt(host: string, port = 993): MailProvider {
  const name = host.toLowerCase().replace(/\.$/, '');
  const isAt = (provider: MailProvider): boolean =>
    provider.hosts.includes(name) || (provider.host === name && provider.port === port);
  return MAIL_PROVIDERS.find(isAt) ?? GENERIC;
}

/** Where the mailbox of an address lies, when that can be told by its domain. */
export function providerOfAddress(address: string): MailProvider | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return MAIL_PROVIDERS.find(({ domains }) => domains.includes(domain));
}

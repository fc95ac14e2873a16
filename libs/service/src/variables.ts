import { OAUTH2_ENDPOINTS, type OAuth2Provider } from '@otterpost/contracts/mail-providers';
import * as z from 'zod';

const Port = z.coerce.number().int().min(0).max(65_535);
const Flag = z.stringbool();
const List = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== ''),
);

/** Refresh tokens go there: over TLS, or to a server of one's own on this machine. */
const TokenUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}, 'must be https, or http on loopback');
const tokenUrlOf = (provider: OAuth2Provider) =>
  TokenUrl.default(OAUTH2_ENDPOINTS[provider].tokenUrl).meta({
    description: `Where refresh tokens of ${OAUTH2_ENDPOINTS[provider].name} are changed for access tokens; another address is for tests`,
  });

/**
 * Every variable of the suite, declared once: an app's configuration picks from here, a name that stands nowhere here
 * stops the start, and `docs/reference/configuration.md` is generated from the descriptions.
 */
export const Variables = z.object({
  OTTERPOST_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .meta({ description: 'PostgreSQL 15 or newer', example: 'postgres://otterpost:…@db:5432/otterpost', secret: true }),
  OTTERPOST_NATS_URL: z.string().min(1).meta({
    description: 'NATS with JetStream, comma-separated for a cluster',
    example: 'nats://n1:4222,nats://n2:4222',
    secret: true,
  }),
  OTTERPOST_NATS_CREDS: z
    .string()
    .optional()
    .meta({ description: 'A NATS credentials file', example: '/run/secrets/nats.creds' }),
  OTTERPOST_DATA_DIR: z.string().default('.otterpost').meta({ description: "Embedded servers' data and made keys" }),
  OTTERPOST_HTTP_HOST: z.string().default('127.0.0.1').meta({ description: "The gateway's HTTP and gRPC address" }),
  OTTERPOST_HTTP_PORT: Port.default(8080).meta({ description: "The gateway's HTTP port; 0 takes a free one and prints it" }),
  OTTERPOST_GRPC_PORT: Port.default(50_051).meta({ description: "The gateway's gRPC port; 0 takes a free one" }),
  OTTERPOST_METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .meta({ description: "The address of each service's own health and metrics" }),
  OTTERPOST_METRICS_PORT: Port.default(0).meta({
    description: "Each service's own /livez, /readyz and /metrics; 0 takes a free one",
  }),
  OTTERPOST_MASTER_KEYS: z.string().min(1).meta({
    description: 'The key ring, id:base64(32 bytes)[,id:…]: the first encrypts, all decrypt',
    example: '2026a:…,2025b:…',
    secret: true,
  }),
  OTTERPOST_ADMIN_KEY: z
    .string()
    .min(32)
    .optional()
    .meta({ description: 'An admin API key to accept as given, at least 32 characters; never printed', secret: true }),
  OTTERPOST_REQUESTS_PER_SECOND: z.coerce.number().int().min(1).default(2000).meta({
    description: 'HTTP requests that one API key may send a second; more are answered 429',
  }),
  OTTERPOST_HELD_PER_KEY: z.coerce.number().int().min(1).default(15_000).meta({
    description: 'Requests that wait for a code at one gateway, of one API key; more are answered 429',
  }),
  OTTERPOST_HELD_TOTAL: z.coerce.number().int().min(1).default(20_000).meta({
    description: 'Requests that wait for a code at one gateway, of all API keys together; more are answered 429',
  }),
  OTTERPOST_CODE_RETENTION_MINUTES: z.coerce.number().int().min(1).default(60).meta({
    description: 'Codes, links and their subjects are blanked so long after use',
  }),
  OTTERPOST_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').meta({
    description: 'Logs are JSON lines unless a terminal reads them',
  }),
  OTTERPOST_VERIFY_SIGNATURES: Flag.default(true).meta({
    description: "Verify DKIM and ARC signatures, by keys from DNS, of mails of which the mailbox's provider says nothing",
  }),
  OTTERPOST_DNS_SERVERS: List.optional().meta({
    description: "Where those keys are asked for, addresses with or without a port; else the machine's own resolver",
    example: '192.0.2.53,[2001:db8::53]:5353',
  }),
  OTTERPOST_ARC_SEALERS: List.default(['google.com', 'microsoft.com', 'messagingengine.com', 'fastmail.com']).meta({
    description: 'Who is believed what it saw of a mail before it passed it on (RFC 8617)',
  }),
  OTTERPOST_LOGINS_PER_SECOND: z.coerce.number().int().min(1).max(10_000).default(20).meta({
    description: 'IMAP logins that one ingestor tries at one host, a second',
  }),
  OTTERPOST_LOGINS_AT_ONCE: z.coerce.number().int().min(1).max(10_000).default(50).meta({
    description:
      'IMAP logins of one ingestor that are under way at one host together: a slow host or machine is given no more work than it ends in time',
  }),
  OTTERPOST_HAND_OVER_SECONDS: z.coerce.number().min(0).max(600).default(4).meta({
    description:
      'How long an ingestor that is told to stop goes on until others are connected to its mailboxes; whoever ends it must wait 2 s longer than that',
  }),
  OTTERPOST_ALLOW_PRIVATE_HOSTS: Flag.default(false).meta({
    description: 'Let mailboxes and their proxies name private and loopback addresses',
  }),
  OTTERPOST_OAUTH2_TOKEN_URL_GOOGLE: tokenUrlOf('google'),
  OTTERPOST_OAUTH2_TOKEN_URL_MICROSOFT: tokenUrlOf('microsoft'),
});
export type VariableName = keyof typeof Variables.shape;

/** What every service reads. */
export const BASE_VARIABLES = {
  OTTERPOST_NATS_URL: true,
  OTTERPOST_NATS_CREDS: true,
  OTTERPOST_METRICS_HOST: true,
  OTTERPOST_METRICS_PORT: true,
  OTTERPOST_MASTER_KEYS: true,
  OTTERPOST_LOG_LEVEL: true,
} as const;

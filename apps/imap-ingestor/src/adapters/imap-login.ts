import { isIP } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';
import { type Addresses, type HostGuard, pinnedLookup } from '@otterpost/service/host-guard';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';

import { type LoginStep, SessionEnded } from '../core/folder-session.ts';
import { LOGIN_DEADLINE_MS } from '../core/vigilance.ts';
import { unlessAborted, within } from './deadline.ts';
import { toSessionEnded } from './imap-refusal.ts';

/** The longest time that Node's timers know. */
const NEVER_MS = 0x7fff_ffff;

/** What is shown to the server. */
export type Credential =
  | { readonly type: 'password'; readonly password: string }
  | {
      readonly type: 'accessToken';
      readonly accessToken: string;
      /** As it came: names it to who gave it. */
      readonly sealed: string;
    };

export interface LoginOptions {
  readonly hosts: HostGuard;
  /** Opens or fetches the credential, as late as possible; another one than what the server has refused, where it may change. */
  readonly credentialOf: (assignment: MailboxAssignment, refused?: Credential) => Promise<Credential>;
  /** The proxy's URL with user and password, opened as late as possible. */
  readonly proxyOf: (assignment: MailboxAssignment) => string | null;
  /** Logs in when it is this mailbox's turn. */
  readonly inTurn: <T>(host: string, signal: AbortSignal, logIn: () => Promise<T>) => Promise<T>;
  /** Greeting, TLS and login end within this, or the connection is given up. */
  readonly loginDeadlineMs?: number;
}

/**
 * Connects to the vetted address and logs in. Calls back when a step was taken.
 *
 * @throws SessionEnded with words for a person.
 */
export type LogIn = (
  assignment: MailboxAssignment,
  signal: AbortSignal,
  onStep?: (taken: LoginStep) => void,
) => Promise<ImapFlow>;

export function createLogIn({ hosts, credentialOf, proxyOf, inTurn, loginDeadlineMs = LOGIN_DEADLINE_MS }: LoginOptions): LogIn {
  async function findRoute(assignment: MailboxAssignment): Promise<Route> {
    const proxy = proxyOf(assignment);
    const [addresses, proxyAddresses] = await Promise.all([
      hosts.addressesOf(assignment.host),
      proxy === null ? undefined : hosts.addressesOf(hostOf(proxy)),
    ]);
    return routeTo(assignment, addresses, proxy, proxyAddresses);
  }

  async function connect(
    assignment: MailboxAssignment,
    route: Route,
    credential: Credential,
    signal: AbortSignal,
    onStep: (taken: LoginStep) => void,
  ): Promise<ImapFlow> {
    signal.throwIfAborted();
    let hasLoggedIn = false;
    const note = (taken: LoginStep): void => {
      hasLoggedIn ||= taken === 'login';
      onStep(taken);
    };
    const client = new ImapFlow({
      ...route,
      auth: {
        user: assignment.username,
        ...(credential.type === 'password' ? { pass: credential.password } : { accessToken: credential.accessToken }),
      },
      logger: milestones(assignment, note),
      disableAutoIdle: true,
      disableCompression: true,
      disableAutoEnable: true,
      clientInfo: { name: 'Otterpost' },
      connectionTimeout: loginDeadlineMs,
      greetingTimeout: loginDeadlineMs,
      socketTimeout: NEVER_MS,
    });
    const abort = (): void => client.close();
    signal.addEventListener('abort', abort, { once: true });
    // Without a listener an error of the socket would end the process; what it means is told by the command that fails.
    client.on('error', () => undefined);
    try {
      await within(loginDeadlineMs, client, client.connect());
      // RFC 9051 section 7.1.4: who is greeted as logged in has shown nothing, and does not know as whom.
      if (!hasLoggedIn) {
        throw new SessionEnded('unreachable', `${assignment.host} logs everybody in unasked (PREAUTH): that is refused`);
      }
      return client;
    } catch (error) {
      client.close();
      throw toSessionEnded(error, assignment);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  return async (assignment, signal, onStep = () => undefined) => {
    const tell = onceEach(onStep);
    try {
      const route = await findRoute(assignment);
      tell('resolve');
      let shown: Credential | undefined;
      const show = (refused?: Credential): Promise<ImapFlow> =>
        inTurn(assignment.host, signal, async () => {
          shown = await unlessAborted(signal, () => credentialOf(assignment, refused));
          return connect(assignment, route, shown, signal, tell);
        });
      try {
        return await show();
      } catch (error) {
        if (shown?.type !== 'accessToken' || !isRefusal(error)) throw error;
        // It may have been withdrawn before its time: only a fresh one that is refused as well tells of the mailbox.
        return await show(shown);
      }
    } catch (error) {
      throw toSessionEnded(error, assignment);
    }
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof SessionEnded && error.status === 'auth_failed';
}

/** Who connects twice takes its first steps again: they are told once. */
function onceEach(onStep: (taken: LoginStep) => void): (taken: LoginStep) => void {
  const told = new Set<LoginStep>();
  return (taken) => {
    if (told.has(taken)) return;
    told.add(taken);
    onStep(taken);
  };
}

type Route = Pick<ImapFlowOptions, 'host' | 'port' | 'secure' | 'doSTARTTLS' | 'servername' | 'tls' | 'proxy'>;

/** To the addresses that were vetted and no other; the certificate is checked against the name. */
function routeTo(
  { host, port, security, ca }: MailboxAssignment,
  addresses: Addresses,
  proxy: string | null,
  proxyAddresses: Addresses | undefined,
): Route {
  return {
    host: proxy === null ? host : addresses[0].address,
    port,
    secure: security === 'tls',
    // Never "if the server offers it": who strips the offer would get the password in clear.
    doSTARTTLS: security === 'starttls',
    // RFC 6066 section 3: an address is no server name.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    tls: {
      secureContext: secureContext(ca),
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      lookup: pinnedLookup(addresses),
    },
    ...(proxy === null || proxyAddresses === undefined ? {} : { proxy: atAddress(proxy, proxyAddresses[0].address) }),
  };
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

function atAddress(url: string, address: string): string {
  const pinned = new URL(url);
  pinned.hostname = isIP(address) === 6 ? `[${address}]` : address;
  return pinned.href;
}

/** One OpenSSL context for all connections that trust the same authorities: it saves 19 KB a connection (MEASURED). */
const contexts = new Map<string, SecureContext>();
function secureContext(ca: string | null): SecureContext {
  let context = contexts.get(ca ?? '');
  if (context === undefined) {
    const trusted = ca === null ? {} : { ca: [...getCACertificates('default'), ca] };
    context = createSecureContext({ minVersion: 'TLSv1.2', ...trusted });
    contexts.set(ca ?? '', context);
  }
  return context;
}

/** imapflow tells in its log alone how far a connection has come; nothing else of it is read. */
function milestones({ security }: MailboxAssignment, onStep: (taken: LoginStep) => void) {
  const ignore = (): void => undefined;
  return {
    debug: ignore,
    warn: ignore,
    error: ignore,
    info: (entry: { readonly src?: string }) => {
      if (entry.src === 'connection') onStep('connect');
      if (entry.src === 'tls' || (entry.src === 'connection' && security === 'tls')) onStep('tls');
      if (entry.src === 'auth') onStep('login');
    },
  };
}

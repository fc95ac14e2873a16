import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { secret } from './canary.ts';

export interface TokenFault {
  /** `hang` never answers. */
  readonly status: number | 'hang';
  readonly body?: string;
  /** Where it sends the asker. */
  readonly location?: string;
  /** How often; always when not named. */
  readonly times?: number;
}

/** A token endpoint of our own (RFC 6749 section 6), as strict as the strictest: a refresh token is good for one use. */
export interface TokenServer {
  readonly url: string;
  /** The forms of all refreshes that were asked for, in order. */
  readonly refreshes: readonly Readonly<Record<string, string>>[];
  /** Every token that was ever given out. */
  readonly secrets: readonly string[];
  /** Somebody has signed in: a refresh token that is good once. */
  grant(): string;
  accepts(accessToken: string): boolean;
  /** Access tokens that are out are good no more, before their time. */
  withdrawAccessTokens(): void;
  revokeAll(): void;
  /** Adds a rule; gives what takes it back. */
  misbehave(fault: TokenFault): () => void;
  stop(): Promise<void>;
}

export interface TokenServerOptions {
  readonly expiresInSeconds?: number;
  /** Called with the form before the answer; the answer waits for it. */
  readonly onRefresh?: (form: Readonly<Record<string, string>>) => unknown;
}

export async function startTokenServer({ expiresInSeconds = 3600, onRefresh }: TokenServerOptions = {}): Promise<TokenServer> {
  const refreshes: Record<string, string>[] = [];
  const secrets: string[] = [];
  const refreshTokens = new Set<string>();
  const accessTokens = new Set<string>();
  const faults: { fault: TokenFault; left: number }[] = [];

  const make = (kind: string, among: Set<string>): string => {
    const token = secret(`${kind}-${secrets.length + 1}`);
    secrets.push(token);
    among.add(token);
    return token;
  };
  const takeFault = (): TokenFault | undefined => {
    const due = faults.find(({ left }) => left > 0);
    if (due !== undefined) due.left -= 1;
    return due?.fault;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams(await readBody(request)));
    refreshes.push(form);
    await onRefresh?.(form);
    const fault = takeFault();
    if (fault?.status === 'hang') return;
    if (fault !== undefined) return reply(response, fault.status, fault.body ?? '', fault.location);
    if (form.grant_type !== 'refresh_token') return reply(response, 400, '{"error":"unsupported_grant_type"}');
    if (!refreshTokens.delete(form.refresh_token ?? '')) {
      // As some servers do, it repeats what it was given.
      const description = `Token ${form.refresh_token} has been expired or revoked.`;
      return reply(response, 400, JSON.stringify({ error: 'invalid_grant', error_description: description }));
    }
    const tokens = { access_token: make('access', accessTokens), refresh_token: make('refresh', refreshTokens) };
    reply(response, 200, JSON.stringify({ ...tokens, token_type: 'Bearer', expires_in: expiresInSeconds }));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    refreshes,
    secrets,
    grant: () => make('refresh', refreshTokens),
    accepts: (accessToken) => accessTokens.has(accessToken),
    withdrawAccessTokens: () => accessTokens.clear(),
    revokeAll() {
      accessTokens.clear();
      refreshTokens.clear();
    },
    misbehave(fault) {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      faults.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, body: string, location?: string): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(location === undefined ? {} : { location }) }).end(body);
}

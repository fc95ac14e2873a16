import type { Problem } from '@otterpost/contracts/problem';

import { pause, startDeadline } from './deadline.ts';
import { OtterpostError } from './otterpost-error.ts';

export const DEFAULT_TIMEOUT_MS = 30_000;
const RETRY_MS = { least: 100, most: 5000 };
/** Answers after which the same request may be sent again: it was not carried out, or carries an Idempotency-Key. */
const PASSING = new Set([429, 502, 503, 504]);

export interface ConnectionOptions {
  /** The gateway's address, `https://otterpost.example`. */
  readonly url: string;
  /** An API key, `ott_…`. */
  readonly key: string;
  /** Sends the requests; the runtime's own `fetch` unless given. */
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  /** Gives up with the signal's reason. What was sent may still be carried out. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds over all attempts. Default 30 s. */
  readonly timeout?: number | undefined;
}

/** A file to send. One that is opened as a stream is never held in memory whole, and is opened anew for each attempt. */
export type FileBody = string | Blob | (() => ReadableStream<Uint8Array>);

export interface GatewayRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** An object goes as JSON, a string as `text/plain`, a file as the bytes that it is. */
  readonly body?: object | FileBody | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** A held request may be silent this long before the connection counts as dead. */
  readonly silenceMs?: number;
  /** No attempt is begun after this long; the one under way may go on until the timeout. */
  readonly patienceMs?: number;
}

/**
 * Asks the gateway until there is an answer or the time is over: what fails on the way, or is refused for the moment, is sent
 * again. Every POST carries an Idempotency-Key, so that a repeat does nothing twice.
 */
export class GatewayConnection {
  readonly #url: URL;
  readonly #key: string;
  readonly #fetch: typeof fetch;

  constructor({ url, key, fetch: send = globalThis.fetch }: ConnectionOptions) {
    this.#url = new URL(url.endsWith('/') ? url : `${url}/`);
    this.#key = key;
    this.#fetch = send;
  }

  /** The answer's JSON; undefined for 204. @throws OtterpostError */
  async call<T>(request: GatewayRequest): Promise<T> {
    const response = await this.send(request);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** A successful answer, its body unread. @throws OtterpostError */
  async send(request: GatewayRequest): Promise<Response> {
    const timeout = request.timeout ?? DEFAULT_TIMEOUT_MS;
    const deadline = startDeadline(timeout, request.signal, `No answer from ${this.#url.origin}`);
    const headers = this.#headersOf(request);
    const lastStartAt = performance.now() + (request.patienceMs ?? timeout);
    let setback: Setback | undefined;
    try {
      for (let tries = 1; ; tries++) {
        const outcome = await this.#attempt(request, headers, deadline.signal);
        if (outcome instanceof Response) return outcome;
        setback = outcome;
        if (performance.now() > lastStartAt) throw new OtterpostError('timeout', `No answer from ${this.#url.origin}`);
        await pause(setback.retryAfterMs ?? backOff(tries), deadline.signal);
      }
    } catch (error) {
      if (!(error instanceof OtterpostError) || error.code !== 'timeout' || setback === undefined) throw error;
      throw new OtterpostError('unreachable', `${error.message}: ${setback.reason}`, setback);
    } finally {
      deadline.end();
    }
  }

  /** The bytes of an answer as they come. @throws OtterpostError `unreachable` when they break off: a part is never the whole */
  async *download(request: GatewayRequest): AsyncGenerator<Uint8Array, void, undefined> {
    const { body } = await this.send(request);
    if (body === null) return;
    const reader = body.getReader();
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    request.signal?.addEventListener('abort', cancel, { once: true });
    try {
      for (;;) {
        const chunk = await reader.read().catch((cause: unknown) => {
          throw new OtterpostError('unreachable', `The answer broke off: ${reasonOf(cause)}`, { cause });
        });
        request.signal?.throwIfAborted();
        if (chunk.done) return;
        yield chunk.value;
      }
    } finally {
      request.signal?.removeEventListener('abort', cancel);
      cancel();
    }
  }

  async #attempt(request: GatewayRequest, headers: Record<string, string>, signal: AbortSignal): Promise<Response | Setback> {
    const silence = request.silenceMs === undefined ? undefined : AbortSignal.timeout(request.silenceMs);
    const content = request.body === undefined ? {} : contentOf(request.body);
    let response: Response;
    try {
      response = await this.#fetch(this.#address(request), {
        method: request.method,
        headers,
        signal: silence === undefined ? signal : AbortSignal.any([signal, silence]),
        redirect: 'error',
        ...content,
      });
    } catch (cause) {
      // No answer at all: the gateway restarts, the network is away, or nothing was heard for too long.
      signal.throwIfAborted();
      return { reason: reasonOf(cause), cause };
    }
    if (response.ok) return response;
    const problem = await readProblem(response);
    if (!PASSING.has(response.status)) throw toError(problem);
    return { reason: problem.code, problem, retryAfterMs: readRetryAfter(response) };
  }

  #headersOf({ method, body, headers }: GatewayRequest): Record<string, string> {
    return {
      authorization: `Bearer ${this.#key}`,
      accept: 'application/json',
      ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
      ...(body === undefined ? {} : { 'content-type': contentTypeOf(body) }),
      ...headers,
    };
  }

  #address({ path, query = {} }: GatewayRequest): URL {
    const address = new URL(`v1/${path}`, this.#url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value));
    }
    return address;
  }
}

function contentTypeOf(body: object | FileBody): string {
  if (typeof body === 'string') return 'text/plain';
  return body instanceof Blob || typeof body === 'function' ? 'application/octet-stream' : 'application/json';
}

/** `duplex` as fetch demands it of a body that streams (WHATWG Fetch, 5.3). */
function contentOf(body: object | FileBody): { body: string | Blob | ReadableStream<Uint8Array>; duplex?: 'half' } {
  if (typeof body === 'function') return { body: body(), duplex: 'half' };
  return { body: typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body) };
}

/** Why an attempt came to nothing, and how long to wait before the next. */
interface Setback {
  readonly reason: string;
  readonly retryAfterMs?: number | undefined;
  readonly problem?: Problem;
  readonly cause?: unknown;
}

/** Runtimes put the reason of a failed fetch (`ECONNREFUSED`, …) into the cause of its error. */
function reasonOf(error: unknown): string {
  const { cause = error } = Object(error) as { cause?: unknown };
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  return String(code || message || cause);
}

function backOff(tries: number): number {
  const most = Math.min(RETRY_MS.most, RETRY_MS.least * 2 ** Math.min(tries, 10));
  return most / 2 + Math.random() * (most / 2);
}

function readRetryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}

async function readProblem(response: Response): Promise<Problem> {
  const unknown: Problem = {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: `http_${response.status}`,
  };
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === 'object' && body !== null && 'code' in body ? { ...unknown, ...(body as Partial<Problem>) } : unknown;
}

function toError(problem: Problem): OtterpostError {
  const faults = (problem.errors ?? []).map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new OtterpostError(problem.code, problem.detail ?? (faults || problem.title || problem.code), { problem });
}

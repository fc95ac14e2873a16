import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the gateway saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** A gateway that does what a test says, above all what the real one would do only in trouble. */
export class ScriptedGateway {
  readonly seen: SeenRequest[] = [];
  readonly #script = new Map<string, Answer[]>();
  #server: Server | undefined;

  /** Answers to `POST /v1/tickets` and so on, one after the other; the last one stays. */
  on(route: string, ...answers: Answer[]): this {
    this.#script.set(route, answers);
    return this;
  }

  async start(): Promise<string> {
    this.#server = createServer((message, response) => void this.#take(message, response));
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  asked(route: string): SeenRequest[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === route);
  }

  async #take(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', 'http://gateway');
    let body = '';
    for await (const chunk of message) body += String(chunk);
    const request: SeenRequest = {
      method: message.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: message.headers,
      body,
    };
    this.seen.push(request);
    const answers = this.#script.get(`${request.method} ${request.path}`) ?? [problem(404, 'not_found')];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response, request);
  }
}

export const json =
  (value: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

export const problem = (status: number, code: string, headers: Record<string, string> = {}, more: object = {}): Answer => {
  return (response) => {
    response
      .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      .end(JSON.stringify({ type: `/docs#${code}`, title: code, status, code, ...more }));
  };
};

export const nothing: Answer = (response) => {
  response.writeHead(204).end();
};

/** The connection breaks in the middle of the request. */
export const hangUp: Answer = (response) => {
  response.destroy();
};

/** Holds the request for good. */
export const hold: Answer = () => undefined;

/** A file, each piece written by itself. */
export const pieces = (...texts: string[]): Answer => {
  return (response) => {
    response.writeHead(200);
    for (const text of texts) response.write(text);
    response.end();
  };
};

/** Server-sent events in pieces, each written by itself; then the connection breaks. */
export const events = (...pieces: (string | Buffer)[]): Answer => {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const write = (): void => {
      const piece = pieces.shift();
      if (piece === undefined) response.destroy();
      else response.write(piece, () => setImmediate(write));
    };
    write();
  };
};

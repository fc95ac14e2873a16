import { connect, type Socket } from 'node:net';

import type { Suite } from '../suite/suite.ts';

const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;

interface Awaited {
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One kept connection of one worker, which asks and waits for the answer before it asks again. It reads no more of HTTP/1.1 than what
 * the gateway answers with: node:http would take a third of the machine that the gateway, too, is measured on.
 */
export class KeptConnection {
  readonly #socket: Socket;
  readonly #head: string;
  #received = '';
  #awaited: Awaited | undefined;

  private constructor(socket: Socket, { url, adminKey }: Suite) {
    this.#socket = socket;
    this.#head = `host: ${new URL(url).host}\r\nauthorization: Bearer ${adminKey}\r\ncontent-type: application/json\r\n`;
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#awaited?.reject(error));
    socket.on('close', () => this.#awaited?.reject(new Error('The gateway closed a connection that was in use')));
  }

  static async open(suite: Suite): Promise<KeptConnection> {
    const { hostname, port } = new URL(suite.url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new KeptConnection(socket, suite);
  }

  /** The answer's JSON, which has nothing beyond ASCII here. */
  async post<T>(path: string, body: object): Promise<T> {
    const text = JSON.stringify(body);
    const answered = new Promise<string>((resolve, reject) => {
      this.#awaited = { resolve, reject };
    });
    this.#socket.write(`POST /v1/${path} HTTP/1.1\r\n${this.#head}content-length: ${text.length}\r\n\r\n${text}`);
    return JSON.parse(await answered) as T;
  }

  close(): void {
    this.#awaited = undefined;
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#received += text;
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    const bodyAt = headEnd + HEAD_END.length;
    if (this.#received.length < bodyAt + length) return;
    const body = this.#received.slice(bodyAt);
    const awaited = this.#awaited;
    this.#received = '';
    this.#awaited = undefined;
    if (head.startsWith('2', STATUS_AT)) awaited?.resolve(body);
    else awaited?.reject(new Error(`${head}\n${body}`));
  }
}

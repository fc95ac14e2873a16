import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { collectDefaultMetrics, Registry } from 'prom-client';

/** How often the event loop's delay is sampled: a process that has nothing else to do is woken each time. */
const LAG_EVERY_MS = 100;

/** Whether one part that the service stands on is usable now. Must answer at once, from what is known. */
export type ReadinessCheck = () => boolean;

export interface Readiness {
  readonly ready: boolean;
  /** Each part by its name: `ok` or `failing`. */
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
}

/**
 * What the service says of itself. Live means that the event loop turns: it never depends on another server. Ready means
 * that every declared part is usable and that the service is not stopping.
 */
export class Health {
  readonly metrics = new Registry();
  #checks = new Map<string, ReadinessCheck>();
  #stopping = false;
  #server: Server | undefined;

  constructor() {
    collectDefaultMetrics({ register: this.metrics, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  }

  addCheck(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** From now on the service is not ready, so that no new work is sent to it. */
  beginStopping(): void {
    this.#stopping = true;
  }

  readiness(): Readiness {
    const checks: Record<string, 'ok' | 'failing'> = {};
    for (const [name, check] of this.#checks) checks[name] = check() ? 'ok' : 'failing';
    return { ready: !this.#stopping && this.#checks.size > 0 && Object.values(checks).every((state) => state === 'ok'), checks };
  }

  /** Answers `/livez`, `/readyz` and `/metrics` there. Gives the port it took. */
  async listen(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => {
      const answer = (status: number, type: string, body: string): void => {
        response.writeHead(status, { 'content-type': type }).end(body);
      };
      const path = (request.url ?? '').split('?')[0];
      if (path === '/livez') return answer(200, 'application/json', '{"live":true}');
      if (path === '/readyz') {
        const readiness = this.readiness();
        return answer(readiness.ready ? 200 : 503, 'application/json', JSON.stringify(readiness));
      }
      if (path !== '/metrics') return answer(404, 'text/plain', 'Only /livez, /readyz and /metrics are here\n');
      this.metrics.metrics().then(
        (text) => answer(200, this.metrics.contentType, text),
        (error: unknown) => answer(500, 'text/plain', `The metrics cannot be read: ${String(error)}\n`),
      );
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }
}

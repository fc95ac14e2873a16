import { createRequire } from 'node:module';

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { type CustomTransportStrategy, ServerGrpc } from '@nestjs/microservices';
import { HealthImplementation } from 'grpc-health-check';

const PACKAGE = 'otterpost.v1';
const PROTOS = ['tickets', 'accounts'].map((name) =>
  createRequire(import.meta.url).resolve(`@otterpost/contracts/proto/otterpost/v1/${name}.proto`),
);
/** The whole, and each by its name (grpc.health.v1). */
const SERVICES = ['', `${PACKAGE}.TicketService`, `${PACKAGE}.AccountService`];
/** A session of 1 MiB, and what is said beside it. */
const LARGEST_MESSAGE = 1024 * 1024 + 16 * 1024;
/** Within the "answer" phase of a service's stop. */
const STOP_GRACE_MS = 2000;

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Calls and streams that one connection may hold. */
  readonly maxConcurrentStreams?: number;
}

/** The gateway's gRPC door: Nest's own transport, with server reflection and the standard health service. */
export class GrpcServer extends ServerGrpc implements CustomTransportStrategy {
  readonly #options: GrpcServerOptions;
  readonly #health = new HealthImplementation(Object.fromEntries(SERVICES.map((name) => [name, 'SERVING'])));
  #server: Server | undefined;
  #port: number | undefined;

  constructor(options: GrpcServerOptions) {
    super({
      package: PACKAGE,
      protoPath: PROTOS,
      loader: { keepCase: true, longs: Number, arrays: true, objects: true, defaults: false },
      onLoadPackageDefinition: (definition, server: Server) => {
        new ReflectionService(definition).addToServer(server);
        this.#health.addToServer(server);
      },
    });
    this.#options = options;
  }

  /** The port it listens on. */
  get port(): number {
    if (this.#port === undefined) throw new Error('The gRPC server does not listen yet');
    return this.#port;
  }

  override async createClient(): Promise<Server> {
    const { host, port, maxConcurrentStreams = 10_000 } = this.#options;
    const server = new Server({
      'grpc.max_receive_message_length': LARGEST_MESSAGE,
      'grpc.max_concurrent_streams': maxConcurrentStreams,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
    });
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.#server = server;
    return server;
  }

  /** Tells watchers of its health that it ends, lets held calls be answered, then cuts what is left. */
  override async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const name of SERVICES) this.#health.setStatus(name, 'NOT_SERVING');
    const cut = setTimeout(() => server.forceShutdown(), STOP_GRACE_MS);
    await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    clearTimeout(cut);
  }
}

import { createRequire } from 'node:module';
import { type Client, credentials as channel, loadPackageDefinition, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Ticket } from '@otterpost/contracts/tickets';

import { fromMessage } from '../../src/edge/grpc-messages.ts';
import { type Credentials, type Door, done, type Outcome, refused } from './door.ts';

type Stub = Client & Record<string, (...args: unknown[]) => NodeJS.EventEmitter>;
const PROTO = createRequire(import.meta.url).resolve('@otterpost/contracts/proto/otterpost/v1/tickets.proto');

/** gRPC, by the published proto. */
export function grpcDoor(address: string): Door {
  const definition = loadPackageDefinition(loadSync(PROTO, { keepCase: true, defaults: false })) as unknown as {
    otterpost: { v1: { TicketService: new (address: string, credentials: unknown) => Stub } };
  };
  const stub = new definition.otterpost.v1.TicketService(address, channel.createInsecure());
  const call = <T>(method: string, request: object, credentials: Credentials): Promise<Outcome<T>> =>
    new Promise((resolve) => {
      stub[method]?.(toWire(request), toMetadata(credentials), (error: ServiceError | null, reply: object) => {
        resolve(error === null ? done(toJson(reply) as T) : refusedBy(error));
      });
    });
  const held = (wait?: number): object => (wait === undefined ? {} : { waitSeconds: wait });
  return {
    name: 'gRPC',
    open: (body, { wait, ...credentials }) => call('OpenTicket', { ...body, ...held(wait) }, credentials),
    get: (id, { wait, ...credentials }) => call('GetTicket', { id, ...held(wait) }, credentials),
    cancel: async (id, credentials) => {
      const outcome = await call('CancelTicket', { id }, credentials);
      return outcome.kind === 'done' ? done(undefined) : outcome;
    },
    reject: (id, reason, credentials) => call('RejectCode', { id, reason }, credentials),
    follow: (id, credentials, onState = () => undefined) =>
      new Promise((resolve, reject) => {
        const states: Ticket['status'][] = [];
        const changes = stub.WatchTicket?.({ id }, toMetadata(credentials));
        changes?.on('data', ({ status }: Ticket) => {
          states.push(status);
          onState(status);
        });
        changes?.on('error', reject);
        changes?.on('end', () => resolve(states));
      }),
    close: async () => stub.close(),
  };
}

function toMetadata({ key, idempotencyKey }: Credentials): Metadata {
  const metadata = new Metadata();
  if (key !== undefined) metadata.set('authorization', `Bearer ${key}`);
  if (idempotencyKey !== undefined) metadata.set('idempotency-key', idempotencyKey);
  return metadata;
}

/** JSON's names as the proto's; what the proto does not know cannot be sent at all. */
function toWire(request: object): object {
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  );
}

/** A message as JSON has it: null where nothing is set. */
function toJson(message: object): object {
  const { receipt, ...rest } = fromMessage(message) as { receipt?: object };
  return {
    recipient: null,
    mailbox: null,
    labels: {},
    ...rest,
    ...(receipt === undefined ? {} : { receipt: fromMessage(receipt) }),
  };
}

function refusedBy(error: ServiceError): Outcome<never> {
  const [code] = error.metadata.get('otterpost-code');
  return refused({ code: String(code ?? `grpc_${error.code}`) });
}

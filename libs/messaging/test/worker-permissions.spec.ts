import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import { type Bus, connectBus } from '../src/connection.ts';
import { declareStreams } from '../src/streams.ts';
import { eventually, silent } from './bus-fixture.ts';

/** Long enough for a refusal to come back from a server on this machine. */
const TIMEOUT_MS = 300;

let server: Nats;
let services: Bus;
let worker: NatsConnection;
let refusals: string[] = [];

beforeAll(async () => {
  const users = ['SERVICES', 'WORKERS', 'LISTENERS'].map(
    (role) => `{ user = "${role.toLowerCase()}", password = "p@ss:word", permissions = $${role} }`,
  );
  const permissions = readFileSync(new URL('../../../deploy/nats/permissions.conf', import.meta.url), 'utf8');
  server = await startNats({ config: `${permissions}\nauthorization { users = [${users.join('\n')}] }` });
  services = await connectBus({
    servers: `nats://services:p%40ss%3Aword@127.0.0.1:${server.port}`,
    name: 'services',
    logger: silent,
  });
  await declareStreams(services);
  worker = await connect({
    servers: `127.0.0.1:${server.port}`,
    user: 'workers',
    pass: 'p@ss:word',
    inboxPrefix: '_INBOX_worker',
  });
  void (async () => {
    for await (const status of worker.status()) if (status.type === 'error') refusals.push(status.error.message);
  })();
});
afterAll(async () => {
  await worker.close();
  await services.drain();
  await server.stop();
});

async function isRefused(act: () => unknown): Promise<boolean> {
  refusals = [];
  await Promise.resolve()
    .then(act)
    .catch(() => undefined);
  // The server refuses before it answers the ping; the refusal is told on the next turn of the loop.
  await worker.flush();
  await new Promise((resolve) => setImmediate(resolve));
  return refusals.some((message) => message.includes('Permissions Violation'));
}

describe('a worker on the bus', () => {
  it('asks for tickets and gets its answer', async () => {
    services.connection.subscribe('otterpost.v1.tickets.open', {
      callback: (_error, message) => void message.respond('a ticket'),
    });
    await services.connection.flush();
    expect((await worker.request('otterpost.v1.tickets.open', '{}', { timeout: 2000 })).string()).toBe('a ticket');
  });

  it('hears what becomes of tickets', async () => {
    const heard: string[] = [];
    worker.subscribe('otterpost.v1.tickets.tkt_1.events', { callback: (_error, message) => void heard.push(message.string()) });
    await worker.flush();
    services.publishJson('otterpost.v1.tickets.tkt_1.events', { event: 'fulfilled' });
    await eventually(() => heard.length === 1);
  });

  it('cannot announce what becomes of a ticket', async () => {
    expect(await isRefused(() => worker.publish('otterpost.v1.tickets.tkt_1.events', '{}'))).toBe(true);
  });

  it.each([
    '_INBOX.>',
    '>',
    '*',
    'otterpost.v1.codes.>',
    'mail.received',
    'accounts.>',
    '$JS.>',
    '$SYS.>',
    'otterpost.v1.tickets.open',
  ])('cannot listen on %s', async (subject) => {
    expect(await isRefused(() => worker.subscribe(subject, { callback: () => undefined }))).toBe(true);
  });

  it.each([
    'mail.received',
    'mail.read',
    'accounts.tickets.prepare',
    'otterpost.v1.codes.a.b',
    'dead_letters.mail.read',
    '$KV.sites.x',
  ])('cannot speak on %s', async (subject) => {
    expect(await isRefused(() => worker.publish(subject, '{}'))).toBe(true);
  });

  it('cannot make, read, empty or delete a stream', async () => {
    const manager = await jetstreamManager(worker, { checkAPI: false, timeout: TIMEOUT_MS });
    expect(await isRefused(() => manager.streams.add({ name: 'MINE', subjects: ['mine'] }))).toBe(true);
    expect(await isRefused(() => manager.streams.info('MAIL_READ'))).toBe(true);
    expect(await isRefused(() => manager.streams.getMessage('MAIL_READ', { seq: 1 }))).toBe(true);
    expect(await isRefused(() => manager.streams.purge('MAIL_READ'))).toBe(true);
    expect(await isRefused(() => manager.streams.delete('MAIL_READ'))).toBe(true);
    expect(await isRefused(() => jetstream(worker, { timeout: TIMEOUT_MS }).consumers.get('MAIL_READ', 'gateway'))).toBe(true);
    expect((await services.manager.streams.info('MAIL_READ')).config.name).toBe('MAIL_READ');
  });

  it('cannot acknowledge what a service has in hand, though the subject for it can be guessed', async () => {
    await services.manager.consumers.add('MAIL_READ', { durable_name: 'gateway', ack_policy: AckPolicy.Explicit });
    await services.jetstream.publish('mail.read', 'sealed');
    const consumer = await services.jetstream.consumers.get('MAIL_READ', 'gateway');
    const message = await consumer.next({ expires: 5000 });
    expect(await isRefused(() => worker.publish('$JS.ACK.MAIL_READ.gateway.1.1.1.1.0', '+ACK'))).toBe(true);
    expect((await consumer.info()).num_ack_pending).toBe(1);
    message?.ack();
  });
});

describe('a trusted listener', () => {
  it('hears every code and says nothing', async () => {
    const listener = await connect({ servers: `127.0.0.1:${server.port}`, user: 'listeners', pass: 'p@ss:word' });
    const heard: string[] = [];
    const refused: string[] = [];
    void (async () => {
      for await (const status of listener.status()) if (status.type === 'error') refused.push(status.error.message);
    })();
    listener.subscribe('otterpost.v1.codes.>', { callback: (_error, message) => void heard.push(message.subject) });
    await listener.flush();
    services.publishJson('otterpost.v1.codes.nzuwwzi.me', {});
    await eventually(() => heard.length === 1);
    listener.publish('otterpost.v1.codes.nzuwwzi.me', '{}');
    await eventually(() => refused.length === 1);
    await listener.close();
  });
});

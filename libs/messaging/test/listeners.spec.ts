import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Nats, startNats } from '@otterpost/testkit/nats';

import type { Bus } from '../src/connection.ts';
import { connect, eventually } from './bus-fixture.ts';

const SUBJECT = 'otters.living.lutra';

let server: Nats;
let bus: Bus;
beforeAll(async () => {
  server = await startNats();
  bus = await connect(server.url);
}, 60_000);
afterAll(async () => {
  await bus.drain();
  await server.stop();
});

const untilNobodyHears = (subject = SUBJECT): Promise<void> => eventually(async () => !(await bus.isHeard(subject)));

describe('who listens to a subject', () => {
  it('is known to be away once it is, however it went', async () => {
    const other = await connect(server.url);
    other.subscribe(SUBJECT, () => {});
    await other.connection.flush();
    await untilNobodyHears('otters.living.nobody');
    expect(await bus.isHeard(SUBJECT)).toBe(true);
    await other.connection.close();
    await untilNobodyHears();
  });

  it('is not thought away because the server was', async () => {
    await untilNobodyHears();
    await server.kill();
    expect(await bus.isHeard(SUBJECT)).toBe(true);
    await server.restart();
    await eventually(() => bus.isConnected());
    expect(await bus.isHeard(SUBJECT)).toBe(true);
    await untilNobodyHears();
  });
});

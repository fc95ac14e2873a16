import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@otterpost/testkit/eventually';

import { ServiceProcess } from './service-process.ts';

const FIXTURE = fileURLToPath(new URL('fixtures/service.mjs', import.meta.url));

const running: ServiceProcess[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});

function start(script: string, told: string[] = []): ServiceProcess {
  const service = new ServiceProcess({
    name: 'fixture',
    script,
    env: { OTTERPOST_HTTP_PORT: '0' },
    onOutput: () => undefined,
    onRestart: (_, why) => told.push(why),
    onStart: () => undefined,
    onEnd: () => undefined,
    portVariables: { http: 'OTTERPOST_HTTP_PORT' },
  });
  running.push(service);
  service.start();
  return service;
}

async function answerOf(service: ServiceProcess): Promise<string> {
  return (await fetch(`http://127.0.0.1:${service.ports.get('http')}/`)).text();
}

describe('a service of the suite', () => {
  it('is started again on the port it had taken when it is killed', async () => {
    const told: string[] = [];
    const service = start(FIXTURE, told);
    const port = await eventually(() => service.ports.get('http'));
    const { pid } = service;
    service.kill('SIGKILL');
    await eventually(() => (service.pid !== pid && service.pid !== undefined ? true : undefined));
    expect(await eventually(() => answerOf(service))).toBe('here');
    expect(service.ports.get('http')).toBe(port);
    expect(told).toEqual(['SIGKILL']);
    expect(service.restarts).toBe(1);
  });

  it('that cannot live is tried again and says why each time', async () => {
    const told: string[] = [];
    start(`${FIXTURE}.not-there`, told);
    await eventually(() => (told.length >= 2 ? true : undefined));
    expect(new Set(told)).toEqual(new Set(['exit 1']));
  });

  it('that was stopped stays stopped', async () => {
    const told: string[] = [];
    const service = start(FIXTURE, told);
    await eventually(() => service.ports.get('http'));
    await service.stop();
    await expect(answerOf(service)).rejects.toThrow();
    expect(told).toEqual([]);
  });
});

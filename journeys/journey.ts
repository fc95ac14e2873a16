import { basename } from 'node:path';

import { expect } from '@jest/globals';
import { secret } from '@otterpost/testkit/canary';
import { keepEvidence } from '@otterpost/testkit/evidence';

import { type Suite, type SuiteOptions, startSuite } from '../tools/suite/suite.ts';

/** The suite as every journey starts it: at trace level, with all that it says kept to be searched for the journey's secrets. */
export async function startJourney(options: Partial<SuiteOptions> & { readonly dataDir: string }): Promise<Suite> {
  const journey = basename(expect.getState().testPath ?? 'journey', '.spec.ts');
  const logs = keepEvidence('logs', journey);
  const suite = await startSuite({
    httpPort: 0,
    grpcPort: 0,
    ...options,
    env: { OTTERPOST_LOG_LEVEL: 'trace', OTTERPOST_ADMIN_KEY: secret('the-key-of-the-administrator'), ...options.env },
    onOutput: (service, text) => {
      logs.write(text);
      options.onOutput?.(service, text);
    },
  });
  const stop = async (): Promise<void> => {
    keepEvidence('metrics', journey).write(await metricsOf(suite).catch(String));
    await suite.stop();
  };
  return { ...suite, stop };
}

/** What each service tells who measures it. */
export async function metricsOf({ services }: Suite): Promise<string> {
  const ports = services.map(({ ports }) => ports.get('metrics'));
  const texts = await Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));
  return texts.join('\n');
}

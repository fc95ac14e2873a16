import { ConfigError } from '@otterpost/service/config';

import { StartError } from './suite/data-folder.ts';
import { endOnSignal } from './suite/end-on-signal.ts';
import { readEnvironment } from './suite/environment.ts';
import { type Suite, startSuite } from './suite/suite.ts';

/** The suite until Ctrl-C. */
async function main(): Promise<void> {
  const { config, given } = readEnvironment(process.env);
  const stopping = new AbortController();
  const starting = startSuite({
    dataDir: config.dataDir,
    httpHost: config.httpHost,
    httpPort: config.httpPort,
    grpcPort: config.grpcPort,
    databaseUrl: config.databaseUrl,
    natsUrl: config.natsUrl,
    env: given,
    signal: stopping.signal,
    onOutput: (_, text) => process.stdout.write(text),
    onEvent: (text) => console.error(text),
  });
  endOnSignal(async () => {
    console.log('\nStopping …');
    stopping.abort();
    // A start that was called off, or failed, has stopped what it had started.
    const suite = await starting.catch(() => undefined);
    await suite?.stop();
  }, 0);
  try {
    tell(await starting, config.httpHost);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

function tell(suite: Suite, host: string): void {
  const lines = [
    'Otterpost is ready.',
    `  console  ${suite.url}/`,
    `  API      ${suite.url}/v1`,
    ...(suite.grpcPort === undefined ? [] : [`  gRPC     ${host}:${suite.grpcPort}`]),
    `  NATS     ${hostsOf(suite.natsUrl)}${suite.workerNatsUrl === undefined ? '' : ' (workers: see worker.nats in the data folder)'}`,
    ...(suite.madeAdminKey ? [`  admin key (told this once): ${suite.adminKey}`] : []),
    'Ctrl-C stops it.',
  ];
  console.log(lines.join('\n'));
}

/** Of a cluster, all; never a user or password. */
function hostsOf(natsUrl: string): string {
  return natsUrl
    .split(',')
    .map((server) =>
      server
        .trim()
        .replace(/^\w+:\/\//, '')
        .replace(/^.*@/, ''),
    )
    .join(', ');
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof StartError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});

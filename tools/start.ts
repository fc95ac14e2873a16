import { ConfigError, readConfig } from '@otterpost/service/config';
import { Variables } from '@otterpost/service/variables';

import { StartError } from './suite/data-folder.ts';
import { type Suite, startSuite } from './suite/suite.ts';

/** The suite until Ctrl-C. */
const SUITE_VARIABLES = Variables.pick({
  OTTERPOST_DATA_DIR: true,
  OTTERPOST_HTTP_HOST: true,
  OTTERPOST_HTTP_PORT: true,
  OTTERPOST_GRPC_PORT: true,
});

async function main(): Promise<void> {
  const given = givenVariables();
  const config = readConfig(SUITE_VARIABLES, process.env);
  const { OTTERPOST_DATABASE_URL: databaseUrl, OTTERPOST_NATS_URL: natsUrl } = given;
  if (databaseUrl !== undefined && given.OTTERPOST_MASTER_KEYS === undefined && given.OTTERPOST_MASTER_KEYS_FILE === undefined) {
    throw new StartError(
      'OTTERPOST_MASTER_KEYS (or OTTERPOST_MASTER_KEYS_FILE) is needed where OTTERPOST_DATABASE_URL names the database',
    );
  }
  let suite: Suite | undefined;
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) process.exit(130);
    ending = true;
    console.log('\nStopping …');
    await suite?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
  suite = await startSuite({
    dataDir: config.dataDir,
    httpHost: config.httpHost,
    httpPort: config.httpPort,
    grpcPort: config.grpcPort,
    databaseUrl,
    natsUrl,
    env: given,
    onOutput: (_, text) => process.stdout.write(text),
    onEvent: (text) => console.error(text),
  });
  tell(suite, config.httpHost);
}

function givenVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[0].startsWith('OTTERPOST_') && entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

function tell(suite: Suite, host: string): void {
  const lines = [
    'Otterpost is ready.',
    `  console  ${suite.url}/`,
    `  API      ${suite.url}/v1`,
    ...(suite.grpcPort === undefined ? [] : [`  gRPC     ${host}:${suite.grpcPort}`]),
    `  NATS     ${new URL(suite.natsUrl).host}${suite.workerNatsUrl === undefined ? '' : ' (workers: see worker.nats in the data folder)'}`,
    ...(suite.madeAdminKey ? [`  admin key (told this once): ${suite.adminKey}`] : []),
    'Ctrl-C stops it.',
  ];
  console.log(lines.join('\n'));
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof StartError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});

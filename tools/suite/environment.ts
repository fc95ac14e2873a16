import { KeyRingError, parseKeyRing } from '@otterpost/sealing/key-ring';
import { type ConfigOf, readConfig } from '@otterpost/service/config';
import { Variables } from '@otterpost/service/variables';

import { StartError } from './data-folder.ts';

/** What the suite can do without: it makes keys and brings servers itself. */
const SUITE_VARIABLES = Variables.partial({
  OTTERPOST_DATABASE_URL: true,
  OTTERPOST_NATS_URL: true,
  OTTERPOST_MASTER_KEYS: true,
});

/** The suite uses these itself and gives services their values, wherever they came from; a value and a file would contradict. */
const RESOLVED = ['OTTERPOST_DATABASE_URL_FILE', 'OTTERPOST_NATS_URL_FILE', 'OTTERPOST_ADMIN_KEY_FILE'];

export interface Environment {
  readonly config: ConfigOf<typeof SUITE_VARIABLES>;
  /** What services get as it was given. */
  readonly given: Readonly<Record<string, string>>;
}

/** Checks the user's whole environment before anything starts. Throws `ConfigError` or `StartError`. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const config = readConfig(SUITE_VARIABLES, env);
  if (config.databaseUrl !== undefined && config.masterKeys === undefined) {
    throw new StartError(
      'OTTERPOST_MASTER_KEYS (or OTTERPOST_MASTER_KEYS_FILE) is needed where OTTERPOST_DATABASE_URL names the database',
    );
  }
  if (config.masterKeys !== undefined) assertKeyRing(config.masterKeys);
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith('OTTERPOST_') && entry[1] !== undefined && entry[1] !== '' && !RESOLVED.includes(entry[0]),
  );
  const adminKey: Record<string, string> = config.adminKey === undefined ? {} : { OTTERPOST_ADMIN_KEY: config.adminKey };
  return { config, given: { ...Object.fromEntries(given), ...adminKey } };
}

function assertKeyRing(text: string): void {
  try {
    parseKeyRing(text);
  } catch (error) {
    if (error instanceof KeyRingError) throw new StartError(error.message);
    throw error;
  }
}

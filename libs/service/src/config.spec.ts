import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import { ConfigError, readConfig } from './config.ts';
import { Variables } from './variables.ts';

const schema = Variables.pick({ OTTERPOST_HTTP_PORT: true, OTTERPOST_NATS_URL: true, OTTERPOST_MASTER_KEYS: true });

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('gives values under their short names, with defaults', () => {
    const config = readConfig(schema, { OTTERPOST_NATS_URL: 'nats://bus', OTTERPOST_MASTER_KEYS: 'a:b', PATH: '/bin' });
    expect(config).toEqual({ httpPort: 8080, natsUrl: 'nats://bus', masterKeys: 'a:b' });
  });

  it('names every fault at once, and a near name for an unknown one', () => {
    expect(faultsOf({ OTTERPOST_HTPP_PORT: '1', OTTERPOST_HTTP_PORT: 'abc', OTTERPOST_NATS_URL: 'nats://bus' })).toEqual([
      'OTTERPOST_HTPP_PORT is not a variable of Otterpost; did you mean OTTERPOST_HTTP_PORT?',
      expect.stringContaining('OTTERPOST_HTTP_PORT: '),
      expect.stringContaining('OTTERPOST_MASTER_KEYS is missing (or OTTERPOST_MASTER_KEYS_FILE'),
    ]);
  });

  it('takes a variable that another app of the suite reads', () => {
    expect(faultsOf({ OTTERPOST_NATS_URL: 'nats://bus', OTTERPOST_MASTER_KEYS: 'a:b', OTTERPOST_DATA_DIR: '/data' })).toEqual([]);
  });

  it('reads a secret from a file, and says when the file cannot be read', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'otterpost-config-')), 'keys');
    writeFileSync(path, 'a:b\n');
    const given = { OTTERPOST_NATS_URL: 'nats://bus', OTTERPOST_MASTER_KEYS_FILE: path };
    expect(readConfig(schema, given).masterKeys).toBe('a:b');
    expect(faultsOf({ ...given, OTTERPOST_MASTER_KEYS_FILE: `${path}.gone` })).toContainEqual(
      `OTTERPOST_MASTER_KEYS_FILE: the file ${path}.gone cannot be read (ENOENT)`,
    );
  });

  it('takes no file for what is not a secret', () => {
    expect(
      faultsOf({ OTTERPOST_NATS_URL: 'nats://bus', OTTERPOST_MASTER_KEYS: 'a:b', OTTERPOST_HTTP_PORT_FILE: '/x' }),
    ).toHaveLength(1);
  });

  it('never says the value of a secret', () => {
    const secret = 'short-admin-key';
    const faults = (() => {
      try {
        readConfig(Variables.pick({ OTTERPOST_ADMIN_KEY: true }), { OTTERPOST_ADMIN_KEY: secret });
      } catch (error) {
        return String(error);
      }
      return '';
    })();
    expect(faults).toContain('OTTERPOST_ADMIN_KEY');
    expect(faults).not.toContain(secret);
  });
});

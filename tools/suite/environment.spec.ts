import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { readEnvironment } from './environment.ts';

const KEYS = `a:${Buffer.alloc(32, 7).toString('base64')}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otterpost-environment-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function inFile(text: string): string {
  const path = join(folder, 'secret');
  writeFileSync(path, `${text}\n`);
  return path;
}

describe('the environment of npm start', () => {
  it('needs nothing', () => {
    const { config, given } = readEnvironment({ PATH: '/bin' });
    expect([config.httpPort, config.grpcPort, config.dataDir]).toEqual([8080, 50_051, '.otterpost']);
    expect(given).toEqual({});
  });

  it('takes the database from a file, and does not pass the file on beside the value', () => {
    const url = 'postgres://u:p@db.example/otterpost';
    const { config, given } = readEnvironment({ OTTERPOST_DATABASE_URL_FILE: inFile(url), OTTERPOST_MASTER_KEYS: KEYS });
    expect(config.databaseUrl).toBe(url);
    expect(given).toEqual({ OTTERPOST_MASTER_KEYS: KEYS });
  });

  it('passes an admin key from a file on as the key', () => {
    const key = 'k'.repeat(32);
    expect(readEnvironment({ OTTERPOST_ADMIN_KEY_FILE: inFile(key) }).given).toEqual({ OTTERPOST_ADMIN_KEY: key });
  });

  it('asks for master keys where the database is not embedded, and for usable ones everywhere', () => {
    expect(() => readEnvironment({ OTTERPOST_DATABASE_URL: 'postgres://db.example/otterpost' })).toThrow(
      /OTTERPOST_MASTER_KEYS .* is needed/,
    );
    expect(() => readEnvironment({ OTTERPOST_MASTER_KEYS: 'a:short' })).toThrow(/not base64 of 32 bytes/);
  });

  it('finds bad values that only services use', () => {
    expect(() => readEnvironment({ OTTERPOST_LOG_LEVEL: 'loud', OTTERPOST_ADMIN_KEY: 'short' })).toThrow(
      /OTTERPOST_LOG_LEVEL(.|\n)*OTTERPOST_ADMIN_KEY|OTTERPOST_ADMIN_KEY(.|\n)*OTTERPOST_LOG_LEVEL/,
    );
  });
});

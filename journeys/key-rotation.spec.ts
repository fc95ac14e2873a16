import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account, AccountGroup } from '@otterpost/contracts/accounts';
import type { Import } from '@otterpost/contracts/imports';
import type { Page } from '@otterpost/contracts/page';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';
import { Client } from 'pg';

import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

let folder: string;
let suite: Suite;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  suite = await startJourney({ dataDir: folder });
}, 120_000);
afterAll(async () => {
  await suite?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

async function ask(method: string, path: string, body?: string, type = 'text/plain'): Promise<string> {
  const response = await fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
  return response.text();
}
const askJson = async <T>(...asked: Parameters<typeof ask>): Promise<T> => JSON.parse(await ask(...asked)) as T;

async function importInto(group: AccountGroup, lines: string, query = ''): Promise<string> {
  const { id } = await askJson<Import>('POST', `imports?groupId=${group.id}${query}`, lines);
  await eventually(async () => (await askJson<Import>('GET', `imports/${id}`)).status === 'done' || undefined);
  return id;
}

/** `npm run keys`, past its set-up. */
async function keys(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@otterpost/source', join(ROOT, 'tools', 'keys', 'keys.ts'), command],
    { env: { PATH: process.env.PATH ?? '', OTTERPOST_DATA_DIR: folder } },
  );
  return stdout;
}

async function throwFormerKeyAway(): Promise<void> {
  const file = join(folder, 'keys', 'master.keys');
  const [newest = ''] = (await readFile(file, 'utf8')).split(',');
  await writeFile(file, newest);
}

async function sealedLines(): Promise<number> {
  const database = new Client(suite.databaseUrl);
  await database.connect();
  const { rows } = await database.query('SELECT COALESCE(sum(lines), 0)::int AS lines FROM tickets.audit_seals');
  await database.end();
  return rows[0].lines;
}

describe('after the master key was rotated and the former one thrown away', () => {
  it('the audit is verified, and an import still has what it rejected, what it found, and what it must bring back', async () => {
    const group = await askJson<AccountGroup>(
      'POST',
      'account-groups',
      JSON.stringify({ name: 'Main', site: 'nike' }),
      'application/json',
    );
    await askJson('POST', 'tickets', JSON.stringify({ site: 'nike' }), 'application/json');
    await importInto(group, `ada@otters.example:${secret('former')}\n`);
    const id = await importInto(group, `ada@otters.example:${secret('later')}\nbea@otters.example:${secret('cut')}:no-proxy\n`);
    const dryRun = await importInto(group, `ada@otters.example:${secret('dry')}\n`, '&dryRun=true');
    await eventually(async () => ((await sealedLines()) > 0 ? true : undefined));
    await suite.stop();

    const told = await keys('rotate');
    await throwFormerKeyAway();
    for (const table of ['import_rejects', 'import_changes', 'import_befores']) {
      expect(told).toContain(`accounts.${table}: 1 secrets sealed anew`);
    }

    expect(await keys('verify-audit')).toMatch(/^[1-9]\d* lines stand as they were sealed/);

    suite = await startJourney({ dataDir: folder });
    expect(await ask('GET', `imports/${id}/rejected`)).toContain(`bea@otters.example:${secret('cut')}:no-proxy`);
    expect(await askJson('GET', `imports/${dryRun}/changes`)).toMatchObject({ items: [{ action: 'update' }] });
    expect(await askJson('POST', `imports/${id}/undo`)).toMatchObject({ status: 'undone' });
    const { items } = await askJson<Page<Account>>('GET', `account-groups/${group.id}/accounts`);
    expect(await askJson('GET', `accounts/${items[0]?.id}/secret`)).toMatchObject({ password: secret('former') });
  }, 120_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountGroup } from '@otterpost/contracts/accounts';
import type { Import } from '@otterpost/contracts/imports';
import { secret } from '@otterpost/testkit/canary';
import { eventually } from '@otterpost/testkit/eventually';

import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';

const CLI = fileURLToPath(new URL('../libs/client/bin/otterpost.mjs', import.meta.url));

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

async function call(method: string, path: string, body?: string, type = 'application/json'): Promise<Response> {
  return fetch(`${suite.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${suite.adminKey}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
}

async function newGroup(name: string): Promise<AccountGroup> {
  return (await (await call('POST', 'account-groups', JSON.stringify({ name, site: 'nike' }))).json()) as AccountGroup;
}

async function ended(id: string): Promise<Import> {
  for (;;) {
    const response = await call('GET', `imports/${id}`);
    const found = (await response.json()) as Import;
    // While accounts-service is dead the gateway says so, and the import goes on later.
    if (response.status !== 503 && found.finishedAt !== null) return found;
    await sleep(50);
  }
}

async function importFile(query: string, file: string, type?: string): Promise<Import> {
  const response = await call('POST', `imports${query}`, file, type);
  expect(response.status).toBe(202);
  return ended(((await response.json()) as Import).id);
}

describe('imports over HTTP', () => {
  it.each(['json', 'csv', 'txt'])('take in what an export as %s gave, and are undone', async (format) => {
    const [from, to] = [await newGroup(`from ${format}`), await newGroup(`to ${format}`)];
    const lines = `ada@otters.example:${secret('ho')}\\:lt:10.0.0.1:80\nbea@otters.example:=${secret('weir')}\nno line\n`;
    const first = await importFile(`?groupId=${from.id}`, lines, 'text/plain');
    expect(first).toMatchObject({ status: 'done', created: 2, rejected: 1 });
    expect(await (await call('GET', `imports/${first.id}/rejected`)).text()).toMatch(/^# line 3: email_invalid: .*\nno line\n$/);
    const file = await (await call('GET', `account-groups/${from.id}/export?format=${format}`)).text();
    const { id } = await importFile(`?groupId=${to.id}`, file, 'application/octet-stream');
    const copy = await (await call('GET', `account-groups/${to.id}/export?format=txt`)).text();
    expect(copy).toBe(
      `#otterpost lines 1\nada@otters.example:${secret('ho')}\\:lt:http://10.0.0.1:80\nbea@otters.example:=${secret('weir')}\n`,
    );
    expect(await (await call('POST', `imports/${id}/undo`)).json()).toMatchObject({ status: 'undone' });
    expect(await (await call('GET', `account-groups/${to.id}`)).json()).toMatchObject({ accounts: 0 });
    expect((await call('POST', `imports/${id}/cancel`)).status).toBe(409);
  });

  it('tell their progress until they end', async () => {
    const { id: groupId } = await newGroup('told');
    const file = Array.from({ length: 5000 }, (_, at) => `u${at}@otters.example:p${at}\n`).join('');
    const { id } = (await (await call('POST', `imports?groupId=${groupId}`, file)).json()) as Import;
    const text = await (await call('GET', `imports/${id}/events`)).text();
    expect(text).toMatch(/event: done\nid: \d+\ndata: \{.*"created":5000/);
  });

  it('refuse at once what can be seen at once', async () => {
    const { id } = await newGroup('refusals');
    const wrong: [number, string, string, string][] = [
      [422, 'import_empty', `?groupId=${id}`, ''],
      [422, 'wrong_import_kind', '', `email,password\na@b.example,${secret('x')}\n`],
      [422, 'import_not_text', `?groupId=${id}`, 'PK\x03\x04'],
      [422, 'invalid_request', '?groupId=nonsense', `a@b.example:${secret('x')}\n`],
      [404, 'not_found', '?groupId=grp_01jd3v6x9k0q2w4e6r8t0y1z3b', `a@b.example:${secret('x')}\n`],
      [422, 'import_line_too_long', `?groupId=${id}`, `a@b.example:${'x'.repeat(12 * 1024 * 1024)}`],
    ];
    for (const [status, code, query, file] of wrong) {
      const response = await call('POST', `imports${query}`, file);
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
    }
    expect((await call('GET', 'account-groups/grp_01jd3v6x9k0q2w4e6r8t0y1z3b/export')).status).toBe(404);
  });

  it('refuse a line of 1 GiB, and change nothing', async () => {
    const group = await newGroup('One line');
    const chunk = new TextEncoder().encode('x'.repeat(1024 * 1024));
    let left = 1024;
    const body = new ReadableStream({
      pull(stream) {
        if (left === 1024) stream.enqueue(new TextEncoder().encode(`ada@otters.example:${secret('holt')}\n`));
        if (left > 1) stream.enqueue(chunk);
        else stream.close();
        left -= 1;
      },
    });
    const response = await fetch(`${suite.url}/v1/imports?groupId=${group.id}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${suite.adminKey}`, 'content-type': 'text/plain' },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(await response.json()).toMatchObject({ status: 422, code: 'import_line_too_long' });
    expect(await (await call('GET', `account-groups/${group.id}`)).json()).toMatchObject({ accounts: 0 });
  }, 60_000);

  it('bring all groups back, after accounts-service was killed in the middle', async () => {
    const one = await newGroup('kept one');
    const lines = Array.from({ length: 20_000 }, (_, at) => `u${at}@otters.example:p${at}\n`).join('');
    const { id } = (await (await call('POST', `imports?groupId=${one.id}`, lines)).json()) as Import;
    await sleep(300);
    const { pid } = suite.services.find(({ name }) => name === 'accounts-service') ?? {};
    if (pid === undefined) throw new Error('accounts-service does not run');
    process.kill(pid, 'SIGKILL');
    expect(await ended(id)).toMatchObject({ status: 'done', total: 20_000, processed: 20_000, created: 20_000, updated: 0 });
    const file = await (await call('GET', `account-groups/export?format=json&ids=${one.id}`)).text();
    await call('DELETE', `account-groups/${one.id}`);
    expect(await importFile('', file)).toMatchObject({ kind: 'groups', status: 'done', created: 20_000, rejected: 0 });
  }, 120_000);
});

describe('the command line', () => {
  it('imports a file, tells what it rejects without a secret, and exports what is there', async () => {
    const lines = join(folder, 'accounts.txt');
    await writeFile(lines, `ada@otters.example:${secret('holt')}:10.0.0.1:80\nbea@otters.example:${secret('weir')}:no-proxy\n`);
    const tried = await otterpost('import', lines, '--group', 'by hand', '--site', 'nike', '--dry-run');
    expect([tried.exitCode, tried.err]).toEqual([1, expect.stringContaining('no group by hand')]);
    const imported = await otterpost('import', lines, '--group', 'by hand', '--site', 'nike');
    expect([imported.exitCode, imported.out]).toEqual([1, 'by hand: 1 created, 0 updated, 0 unchanged, 1 rejected\n']);
    expect(imported.err).toMatch(/^line 2: bea@otters\.example:\*\*\*: What follows the second colon is no proxy/);
    expect(imported.err).not.toContain('weir');

    const saved = join(folder, 'saved.csv');
    expect(await otterpost('export', '--group', 'by hand', '--format', 'csv', '--out', saved)).toMatchObject({ exitCode: 0 });
    expect(await readFile(saved, 'utf8')).toBe(
      `email,password,proxy\r\nada@otters.example,${secret('holt')},http://10.0.0.1:80\r\n`,
    );
    expect((await stat(saved)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.includes('saved'))).toEqual(['saved.csv']);

    const again = await otterpost('import', saved, '--group', 'by hand', '--dry-run');
    expect(again).toMatchObject({
      exitCode: 0,
      out: 'by hand: 0 created, 0 updated, 1 unchanged, 0 rejected; nothing was changed\n',
    });
  });

  it('takes all groups out and in again', async () => {
    const file = join(folder, 'all.json');
    expect(await otterpost('export', '--out', file)).toMatchObject({ exitCode: 0 });
    const { exitCode, out } = await otterpost('import', file, '--json');
    expect([exitCode, JSON.parse(out)]).toEqual([0, expect.objectContaining({ kind: 'groups', created: 0, rejected: [] })]);
  });

  it('cancels the import that is at work when it is interrupted', async () => {
    const file = join(folder, 'long.txt');
    const lines = Array.from({ length: 200_000 }, (_, at) => `u${at}@otters.example:p${at}\n`).join('');
    await writeFile(file, lines);
    const before = await newestImport();
    const running = run('import', file, '--group', 'interrupted', '--site', 'nike');
    const { id } = await eventually(async () => {
      const newest = await newestImport();
      return newest?.id !== before?.id && newest?.status === 'running' ? newest : undefined;
    });
    running.kill('SIGINT');
    expect(await ending(running)).toMatchObject({ exitCode: 130 });
    expect(await ended(id)).toMatchObject({ status: 'cancelled' });
  }, 60_000);

  it('sends a file that is longer than its memory', async () => {
    const short = await peakOfImport('short', 0);
    expect((await peakOfImport('longer', LONG_MIB)) - short).toBeLessThan(LONG_MIB);
  }, 120_000);

  /** The most MiB of memory that the command line took for a file of one account and so many MiB of remarks. */
  async function peakOfImport(group: string, mebibytes: number): Promise<number> {
    const file = join(folder, `${group}.txt`);
    const handle = await open(file, 'w');
    await handle.write(`ada@otters.example:${secret('holt')}\n`);
    const remarks = `#${'x'.repeat(1022)}\n`.repeat(1024);
    for (let at = 0; at < mebibytes; at++) await handle.write(remarks);
    await handle.close();
    const env = { NODE_OPTIONS: `--import=${PEAK_MEMORY}` };
    const { exitCode, out, err } = await ending(runWith(env, 'import', file, '--group', group, '--site', 'nike'));
    expect([exitCode, out, err]).toEqual([
      0,
      `${group}: 1 created, 0 updated, 0 unchanged, 0 rejected\n`,
      expect.stringContaining('peak:'),
    ]);
    return Number(/peak:(\d+)/.exec(err)?.[1]);
  }
});

const LONG_MIB = 200;

/** Tells at its end how many MiB of memory a process took at most; without a blank, as NODE_OPTIONS wants it. */
const PEAK_MEMORY = `data:text/javascript,process.on('exit',()=>console.error('peak:'+(process.resourceUsage().maxRSS>>10)))`;

interface Ending {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): ChildProcess {
  return runWith({}, ...args);
}

function runWith(more: Record<string, string>, ...args: string[]): ChildProcess {
  const env = { ...process.env, OTTER_URL: suite.url, OTTER_KEY: suite.adminKey, ...more };
  return spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function ending(running: ChildProcess): Promise<Ending> {
  let [out, err] = ['', ''];
  running.stdout?.on('data', (text) => {
    out += String(text);
  });
  running.stderr?.on('data', (text) => {
    err += String(text);
  });
  return new Promise((resolve) => running.once('close', (exitCode) => resolve({ exitCode, out, err })));
}

function otterpost(...args: string[]): Promise<Ending> {
  return ending(run(...args));
}

async function newestImport(): Promise<Import | undefined> {
  const { items } = (await (await call('GET', 'imports?limit=1')).json()) as { items: Import[] };
  return items[0];
}

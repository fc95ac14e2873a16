import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openFile, saveFile } from '../src/cli/files.ts';
import { runCommand } from '../src/cli/run-command.ts';
import { type Answer, events, hangUp, json, nothing, pieces, problem, ScriptedGateway } from './scripted-gateway.ts';

const ID = 'tkt_01jd3v6x9k0q2w4e6r8t0y1z3b';
const open = { id: ID, site: 'nike', recipient: 'ann@example.com', status: 'open', labels: {}, mailbox: null };
const group = { id: 'grp_1', name: 'shoes', site: 'nike', accounts: 0, sessions: 0, createdAt: '2026-11-24T12:00:00.000Z' };

const LINES = 'a@example.com:pw\nnonsense\n';
const IMPORT = {
  id: 'imp_1',
  kind: 'group',
  format: 'lines',
  status: 'done',
  dryRun: false,
  total: 2,
  processed: 2,
  created: 1,
  updated: 0,
  unchanged: 0,
  rejected: 1,
  code: null,
  detail: null,
};
const event = (status: string, state: object = {}) =>
  `event: ${status}\nid: 1\ndata: ${JSON.stringify({ ...IMPORT, status, ...state })}\n\n`;
const groups = json({ items: [group], nextCursor: null });

let folder: string;
let gateway: ScriptedGateway;
let url: string;
let out: string[];
let shown: string[];
let written: string;
let complaints: string[];
let interrupted: AbortController;

beforeEach(async () => {
  gateway = new ScriptedGateway();
  url = await gateway.start();
  folder = await mkdtemp(join(tmpdir(), 'otterpost-cli-'));
  await writeFile(join(folder, 'key.txt'), 'ott_from_file\n');
  await writeFile(join(folder, 'accounts.txt'), LINES);
  out = [];
  shown = [];
  written = '';
  complaints = [];
  interrupted = new AbortController();
});
afterEach(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

const otterpost = (line: string, env: Record<string, string> = { OTTER_URL: url, OTTER_KEY: 'ott_test' }): Promise<number> =>
  runCommand(line.split(' ').filter(Boolean), {
    env,
    write: (text) => out.push(text),
    complain: (text) => complaints.push(text),
    showProgress: (text) => shown.push(text),
    writeBytes: async (bytes) => {
      for await (const chunk of bytes) written += Buffer.from(chunk).toString();
    },
    readFile: (path) => readFile(join(folder, path), 'utf8'),
    openFile: (path) => openFile(join(folder, path)),
    saveFile: (path, bytes) => saveFile(join(folder, path), bytes),
    signal: interrupted.signal,
  });

describe('otterpost code', () => {
  it('prints the code and nothing else', async () => {
    gateway
      .on('POST /v1/tickets', json(open, 201))
      .on(`GET /v1/tickets/${ID}`, json({ ...open, status: 'fulfilled', code: '482913' }));
    expect(await otterpost('code nike ann@example.com --timeout 60')).toBe(0);
    expect([out, complaints]).toEqual([['482913'], []]);
    expect(JSON.parse(gateway.seen[0]?.body ?? '')).toEqual({
      site: 'nike',
      recipient: 'ann@example.com',
      kind: 'code',
      expiresIn: 60,
    });
  });

  it('warns when the mailbox is not connected', async () => {
    const mailbox = { id: 'mbx_1', connection: 'disconnected', status: 'auth_failed', provenAt: null };
    gateway
      .on('POST /v1/tickets', json({ ...open, mailbox }, 201))
      .on(`GET /v1/tickets/${ID}`, json({ ...open, status: 'fulfilled', code: '1' }));
    await otterpost('code nike');
    expect(complaints.join()).toContain('auth_failed');
  });

  it('cancels its ticket when it is interrupted', async () => {
    gateway
      .on('POST /v1/tickets', json(open, 201))
      .on(`GET /v1/tickets/${ID}`, () => interrupted.abort())
      .on(`DELETE /v1/tickets/${ID}`, nothing);
    await expect(otterpost('code nike')).rejects.toThrow();
    expect(gateway.asked(`DELETE /v1/tickets/${ID}`)).toHaveLength(1);
  });
});

describe('otterpost mailboxes', () => {
  it('lists every page', async () => {
    const box = (name: string): object => ({
      name,
      username: `${name}@x`,
      status: 'waiting_for_emails',
      statusDetail: null,
      lastMailAt: null,
    });
    gateway.on('GET /v1/mailboxes', json({ items: [box('a')], nextCursor: 'b' }), json({ items: [box('b')], nextCursor: null }));
    expect(await otterpost('mailboxes')).toBe(0);
    expect(out.map((line) => line.split(/\s+/)[0])).toEqual(['a', 'b']);
    expect(gateway.seen.map(({ query }) => query.cursor)).toEqual([undefined, 'b']);
  });
});

describe('otterpost import', () => {
  const rejected = pieces('# line 2: email_invalid: has no email\nnons', 'ense\n');
  const imports = (...answers: Answer[]) =>
    gateway
      .on('GET /v1/account-groups', groups)
      .on('POST /v1/imports', json({ ...IMPORT, status: 'queued' }, 202))
      .on('GET /v1/imports/imp_1/events', ...answers)
      .on('GET /v1/imports/imp_1/rejected', rejected);

  it('sends the file to the group, tells each rejected line, and fails when there is one', async () => {
    imports(events(event('progress', { status: 'running', processed: 1 }), event('done')));
    expect(await otterpost('import accounts.txt --group shoes')).toBe(1);
    expect(out).toEqual(['shoes: 1 created, 0 updated, 0 unchanged, 1 rejected']);
    expect(complaints).toEqual(['line 2: ***: has no email']);
    expect(shown).toEqual(['1 of 2', '2 of 2', '']);
    expect(gateway.asked('POST /v1/imports')[0]).toMatchObject({ body: LINES, query: { groupId: 'grp_1' } });
  });

  it('without a group leaves the groups to the file', async () => {
    imports(events(event('done', { rejected: 0 })));
    expect(await otterpost('import accounts.txt --json')).toBe(0);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ group: null, created: 1, rejected: [] });
    expect(gateway.asked('POST /v1/imports')[0]?.query).toEqual({ dryRun: 'false' });
  });

  it('as a dry run tells what would change, and makes no group', async () => {
    const change = {
      line: 1,
      action: 'update',
      group: { name: 'shoes', site: 'nike' },
      email: 'a@example.com',
      fields: ['proxy'],
    };
    imports(events(event('done', { dryRun: true, rejected: 0 }))).on(
      'GET /v1/imports/imp_1/changes',
      json({ items: [change], nextCursor: null }),
    );
    await expect(otterpost('import accounts.txt --group new --site nike --dry-run')).rejects.toMatchObject({ code: 'not_found' });
    expect(await otterpost('import accounts.txt --group shoes --dry-run')).toBe(0);
    expect(out[0]).toBe('update  shoes  a@example.com  proxy');
    expect(gateway.asked('POST /v1/imports')[0]?.query).toEqual({ groupId: 'grp_1', dryRun: 'true' });
  });

  it('makes a group that is not there when its site is named', async () => {
    imports(events(event('done', { rejected: 0 })))
      .on('GET /v1/account-groups', json({ items: [], nextCursor: null }))
      .on('POST /v1/account-groups', json(group, 201));
    await expect(otterpost('import accounts.txt --group shoes')).rejects.toMatchObject({ code: 'not_found' });
    expect(await otterpost('import accounts.txt --group shoes --site nike')).toBe(0);
  });

  it('sends the whole file again when the upload broke off', async () => {
    imports(events(event('done', { rejected: 0 }))).on('POST /v1/imports', hangUp, json({ ...IMPORT, status: 'queued' }, 202));
    expect(await otterpost('import accounts.txt --group shoes')).toBe(0);
    expect(gateway.asked('POST /v1/imports').map(({ body }) => body)).toEqual([LINES, LINES]);
  });

  it('asks for the import itself where no events come through', async () => {
    imports(problem(404, 'not_found'), events(), problem(406, 'not_acceptable')).on(
      'GET /v1/imports/imp_1',
      json({ ...IMPORT, status: 'running' }),
      json({ ...IMPORT, status: 'running' }),
      json({ ...IMPORT, rejected: 0 }),
    );
    expect(await otterpost('import accounts.txt --group shoes')).toBe(0);
  });

  it('is cancelled at the gateway when it is interrupted', async () => {
    imports(events(event('progress', { status: 'running' })), () => interrupted.abort())
      .on('GET /v1/imports/imp_1', json({ ...IMPORT, status: 'running' }))
      .on('POST /v1/imports/imp_1/cancel', json({ ...IMPORT, status: 'cancelled' }));
    await expect(otterpost('import accounts.txt --group shoes')).rejects.toThrow();
    expect(gateway.asked('POST /v1/imports/imp_1/cancel')).toHaveLength(1);
  });

  it('says why it failed', async () => {
    imports(events(event('failed', { code: 'import_corrupt', detail: 'The file is cut' })));
    await expect(otterpost('import accounts.txt --group shoes')).rejects.toMatchObject({
      code: 'import_corrupt',
      message: 'The file is cut',
    });
  });

  it('of a file that is not there asks nothing', async () => {
    await expect(otterpost('import nowhere.txt --group shoes')).rejects.toThrow(/ENOENT/);
    expect(gateway.seen).toEqual([]);
  });
});

describe('otterpost export', () => {
  it('writes to a file that only its owner reads', async () => {
    gateway.on('GET /v1/account-groups', groups).on('GET /v1/account-groups/grp_1/export', pieces('email,', 'password\r\n'));
    expect(await otterpost('export --group shoes --format csv --out shoes.csv')).toBe(0);
    expect(await readFile(join(folder, 'shoes.csv'), 'utf8')).toBe('email,password\r\n');
    expect((await stat(join(folder, 'shoes.csv'))).mode & 0o777).toBe(0o600);
  });

  it('that breaks off leaves what was there', async () => {
    gateway.on('GET /v1/account-groups/export', (response) => {
      response.writeHead(200).write('{"kind":', () => response.destroy());
    });
    const before = await readdir(folder);
    await expect(otterpost('export --out accounts.txt')).rejects.toMatchObject({ code: 'unreachable' });
    expect(await readdir(folder)).toEqual(before);
    expect(await readFile(join(folder, 'accounts.txt'), 'utf8')).toBe(LINES);
  });

  it('goes to standard output where no file is named', async () => {
    gateway.on('GET /v1/account-groups/export', pieces('{}\n'));
    expect(await otterpost('export')).toBe(0);
    expect(written).toBe('{}\n');
  });
});

describe('otterpost tail', () => {
  it('prints codes until it is interrupted', async () => {
    const entry = {
      receivedAt: '2026-11-24T12:00:00.000Z',
      site: 'nike',
      recipient: 'ann@example.com',
      code: '4•••••',
      link: null,
      reason: null,
      refused: false,
    };
    gateway.on('GET /v1/codes/events', events(`event: code\nid: 1\ndata: ${JSON.stringify(entry)}\n\n`), () =>
      interrupted.abort(),
    );
    await otterpost('tail').catch(() => undefined);
    expect(out).toEqual(['2026-11-24T12:00:00.000Z  nike  ann@example.com  4•••••']);
  });
});

describe('a wrong command line', () => {
  it.each([
    ['frobnicate', 'there is no command frobnicate'],
    ['code', 'code takes a site'],
    ['code nike --timeout soon', '--timeout takes a number'],
    ['mailboxes --frob', '--frob'],
    ['mailboxes --url nonsense', '--url takes an address'],
    ['import', 'import takes a file'],
    ['export --format xml', '--format takes json, csv or txt'],
    ['export --format txt', '--group NAME'],
  ])('is refused with what is wrong: %s', async (line, reason) => {
    expect(await otterpost(line)).toBe(2);
    expect(complaints.join()).toContain(reason);
    expect(gateway.seen).toEqual([]);
  });

  it('without a key says how to give one', async () => {
    expect(await otterpost('mailboxes', {})).toBe(2);
    expect(complaints.join()).toContain('OTTER_KEY');
  });
});

it('takes the key from a file, so that it stands in no process list', async () => {
  gateway.on('GET /v1/mailboxes', json({ items: [], nextCursor: null }));
  await otterpost(`mailboxes --url ${url} --key-file key.txt`, {});
  expect(gateway.seen[0]?.headers.authorization).toBe('Bearer ott_from_file');
});

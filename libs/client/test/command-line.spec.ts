import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { runCommand } from '../src/cli/run-command.ts';
import { events, json, nothing, ScriptedGateway } from './scripted-gateway.ts';

const ID = 'tkt_01jd3v6x9k0q2w4e6r8t0y1z3b';
const open = { id: ID, site: 'nike', recipient: 'ann@example.com', status: 'open', labels: {}, mailbox: null };
const group = { id: 'grp_1', name: 'shoes', site: 'nike', accounts: 0, sessions: 0, createdAt: '2026-11-24T12:00:00.000Z' };

let gateway: ScriptedGateway;
let url: string;
let out: string[];
let complaints: string[];
let interrupted: AbortController;

beforeEach(async () => {
  gateway = new ScriptedGateway();
  url = await gateway.start();
  out = [];
  complaints = [];
  interrupted = new AbortController();
});
afterEach(async () => {
  await gateway.stop();
});

const files: Record<string, string> = { 'key.txt': 'ott_from_file\n', 'accounts.txt': 'a@example.com:pw\nnonsense\n' };
const otterpost = (line: string, env: Record<string, string> = { OTTER_URL: url, OTTER_KEY: 'ott_test' }): Promise<number> =>
  runCommand(line.split(' ').filter(Boolean), {
    env,
    write: (text) => out.push(text),
    complain: (text) => complaints.push(text),
    readFile: async (path) => files[path] ?? '',
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
  const result = {
    created: 1,
    updated: 0,
    rejected: [{ line: 2, text: 'nonsense', code: 'line_invalid', message: 'has no password' }],
  };

  it('sends the lines to the group, tells each rejected one, and fails when there is one', async () => {
    gateway
      .on('GET /v1/account-groups', json({ items: [group], nextCursor: null }))
      .on('POST /v1/account-groups/grp_1/accounts', json(result, 201));
    expect(await otterpost('import accounts.txt --group shoes')).toBe(1);
    expect(out).toEqual(['shoes: 1 created, 0 updated, 1 rejected']);
    expect(complaints).toEqual(['line 2: nonsense: has no password']);
    expect(gateway.asked('POST /v1/account-groups/grp_1/accounts')[0]).toMatchObject({
      body: files['accounts.txt'],
      headers: { 'content-type': 'text/plain' },
    });
  });

  it('makes a group that is not there when its site is named', async () => {
    gateway
      .on('GET /v1/account-groups', json({ items: [], nextCursor: null }))
      .on('POST /v1/account-groups', json(group, 201))
      .on('POST /v1/account-groups/grp_1/accounts', json({ ...result, rejected: [] }, 201));
    await expect(otterpost('import accounts.txt --group shoes')).rejects.toMatchObject({ code: 'not_found' });
    expect(await otterpost('import accounts.txt --group shoes --site nike')).toBe(0);
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
    ['import accounts.txt', '--group NAME'],
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

import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@otterpost/contracts/caller';
import { type AccountGroupId, type ImportId, newId } from '@otterpost/contracts/ids';
import { importPiecePlace } from '@otterpost/contracts/import-requests';
import type { Import } from '@otterpost/contracts/imports';
import { columnAad, seal } from '@otterpost/sealing/seal';
import { findSecrets, secret } from '@otterpost/testkit/canary';
import fc from 'fast-check';

import { createExports } from '../src/adapters/export-store.ts';
import { createImportStore } from '../src/adapters/import-store.ts';
import { createImportWork } from '../src/adapters/import-work.ts';
import { ImportRunner } from '../src/core/import-runner.ts';
import type { ImportWork } from '../src/core/imports.ts';
import { callerOf, type Ground, ring, standUp } from './ground.ts';

let ground: Ground;
let store: ReturnType<typeof createImportStore>;
let work: ImportWork;
const caller = callerOf();

beforeAll(async () => {
  ground = await standUp();
  store = createImportStore(ground.database, ring);
  work = createImportWork(ground.database, ring);
}, 60_000);
afterAll(() => ground?.stop());

const newGroup = (name: string = randomUUID()) => ground.groups.create({ name, site: 'nike' });

async function upload(
  file: string | Buffer,
  groupId: AccountGroupId | null,
  { dryRun = false, by = caller, pieceBytes = 4096 }: { dryRun?: boolean; by?: Caller; pieceBytes?: number } = {},
): Promise<ImportId> {
  const id = newId('import');
  const bytes = Buffer.from(file);
  const count = Math.max(1, Math.ceil(bytes.length / pieceBytes));
  for (let number = 0; number < count; number++) {
    const { table, row, column } = importPiecePlace(id, number);
    const part = bytes.subarray(number * pieceBytes, (number + 1) * pieceBytes);
    const piece = seal(ring, part, columnAad(table, row, column));
    if (number === 0) await store.open({ id, caller: by, groupId, dryRun }, piece);
    else await store.append(by, id, number, piece);
  }
  await store.begin(by, id, count);
  return id;
}

async function run(
  file: string | Buffer,
  groupId: AccountGroupId | null,
  options: Parameters<typeof upload>[2] = {},
): Promise<Import> {
  const id = await upload(file, groupId, options);
  await new ImportRunner(work).runAll();
  const found = await store.find(options.by ?? caller, id);
  if (found === undefined) throw new Error('the import is gone');
  return found;
}

async function exported(
  groupId: AccountGroupId | null,
  format: 'json' | 'csv' | 'txt',
  ids: AccountGroupId[] | null = null,
): Promise<string> {
  const exports = createExports(ground.database, ring);
  let [text, from]: [string, string | null] = ['', null];
  do {
    const part = await exports.part(caller, { groupId, ids, format }, from);
    [text, from] = [text + part.text, part.next];
  } while (from !== null);
  return text;
}

const lines = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => `user${from + at}@otters.example:${secret('holt')}-${from + at}\n`).join('');

describe('an import', () => {
  it('takes lines in, and says what became of each', async () => {
    const { id } = await newGroup();
    const file = `ada@otters.example:${secret('holt')}\r\nADA@otters.example:${secret('weir')}\r\nbea@otters.example:${secret('a')}:10.0.0.1:3128\r\nno line secret\r\ncia@otters.example:${secret('pass')}:word\r\n`;
    expect(await run(file, id)).toMatchObject({
      status: 'done',
      format: 'lines',
      kind: 'group',
      total: 5,
      processed: 5,
      created: 2,
      updated: 1,
      unchanged: 0,
      rejected: 2,
    });
    expect(await exported(id, 'csv')).toBe(
      `email,password,proxy\r\nADA@otters.example,${secret('weir')},\r\nbea@otters.example,${secret('a')},http://10.0.0.1:3128\r\n`,
    );
  });

  it('gives its rejected lines as a file that can be mended and imported again', async () => {
    const { id } = await newGroup();
    const { id: importId } = await run(`ada@otters.example:${secret('holt')}\ncia@otters.example:${secret('pass')}:word\n`, id);
    const { text, type, name } = await store.rejected(caller, importId, null);
    expect([type, name]).toEqual(['text/plain; charset=utf-8', 'rejected.txt']);
    expect(text).toMatch(/^# line 2: proxy_invalid: .*\\:\n[^\n]+\n$/);
    expect(text.endsWith(`\ncia@otters.example:${secret('pass')}:word\n`)).toBe(true);
    expect(await run(text.replace(':word', '\\:word'), id)).toMatchObject({ created: 1, rejected: 0 });
  });

  it('changes nothing and tells every change in a dry run, the same numbers as the import then has', async () => {
    const { id } = await newGroup();
    await run(`ada@otters.example:${secret('holt')}\nbea@otters.example:${secret('weir')}\n`, id);
    const file = `ada@otters.example:${secret('new')}\nbea@otters.example:${secret('weir')}\ncia@otters.example:${secret('a')}\nCIA@otters.example:${secret('b')}\nCIA@otters.example:${secret('b')}\n`;
    const before = await exported(id, 'json');
    const dry = await run(file, id, { dryRun: true });
    expect(dry).toMatchObject({ status: 'done', created: 1, updated: 2, unchanged: 2 });
    expect((await store.changes(caller, dry.id, { limit: 10 })).items).toMatchObject([
      { line: 1, action: 'update', email: 'ada@otters.example', fields: ['password'] },
      { line: 3, action: 'create', email: 'CIA@otters.example', fields: [] },
    ]);
    expect(await exported(id, 'json')).toBe(before);
    expect(await run(file, id)).toMatchObject({ created: 1, updated: 2, unchanged: 2 });
  });

  it('is undone: what it made goes, what it changed is as it was, what was changed since stays', async () => {
    const { id } = await newGroup();
    await run(`ada@otters.example:${secret('holt')}\nbea@otters.example:${secret('weir')}\n`, id);
    const before = await exported(id, 'json');
    const { id: importId } = await run(`ada@otters.example:${secret('other')}\n${lines(3000)}`, id);
    await store.undo(caller, importId);
    await new ImportRunner(work).runAll();
    expect(await store.find(caller, importId)).toMatchObject({ status: 'undone' });
    expect(await exported(id, 'json')).toBe(before);

    const { id: second } = await run(`ada@otters.example:${secret('other')}\ncia@otters.example:${secret('a')}\n`, id);
    await run(`cia@otters.example:${secret('kept')}\n`, id);
    await store.undo(caller, second);
    await new ImportRunner(work).runAll();
    expect(await exported(id, 'txt')).toBe(
      `#otterpost lines 1\nada@otters.example:${secret('holt')}\nbea@otters.example:${secret('weir')}\ncia@otters.example:${secret('kept')}\n`,
    );
  });

  it('goes on where it stood when its process dies, as if nothing had been', async () => {
    const { id } = await newGroup();
    const file = lines(9000) + lines(500);
    const importId = await upload(file, id);
    for (let deaths = 0; ; deaths++) {
      const dying: ImportWork = {
        ...work,
        apply: async (held, records, processed) => {
          if (processed !== held.processed) throw new Error('killed');
          return work.apply(held, records, processed);
        },
      };
      await new ImportRunner(dying).runAll().catch(() => undefined);
      const { status } = (await store.find(caller, importId)) as Import;
      if (status === 'done') break;
      expect(deaths).toBeLessThan(10);
      await ground.database.query(`UPDATE imports SET claimed_until = now() WHERE id = $1`, [importId]);
    }
    expect(await store.find(caller, importId)).toMatchObject({
      total: 9500,
      processed: 9500,
      created: 9000,
      updated: 0,
      unchanged: 500,
    });
  }, 60_000);

  it('is refused to a holder that was overtaken or whose import was cancelled', async () => {
    const { id } = await newGroup();
    const importId = await upload(lines(10), id);
    const held = await work.claim();
    if (held === undefined) throw new Error('nothing to claim');
    await ground.database.query(`UPDATE imports SET claimed_until = now() WHERE id = $1`, [importId]);
    await work.claim();
    const batch: Awaited<Parameters<ImportWork['apply']>[1]>[number][] = [];
    for await (const records of work.read(held)) batch.push(...records);
    expect(await work.apply(held, batch, 0)).toBe(false);
    expect(await store.cancel(caller, importId)).toMatchObject({ status: 'cancelled', processed: 0 });
    await expect(store.cancel(caller, importId)).rejects.toMatchObject({ code: 'import_ended' });
    expect(await exported(id, 'txt')).toBe('#otterpost lines 1\n');
  });

  it('of all groups merges those of the same name and site, and makes others', async () => {
    const [one, two] = [await newGroup(), await newGroup()];
    await run(`ada@otters.example:${secret('holt')}\n`, one.id);
    await run(`bea@otters.example:${secret('weir')}\n`, two.id);
    const file = await exported(null, 'json', [one.id, two.id]);
    const csv = await exported(null, 'csv', [one.id, two.id]);
    expect(await run(file, null)).toMatchObject({ kind: 'groups', created: 0, unchanged: 2, rejected: 0, status: 'done' });
    await ground.groups.delete(caller, two.id);
    expect(await run(csv, null)).toMatchObject({ format: 'otterpost_csv', created: 1, unchanged: 1 });
  });

  it.each([
    ['wrong_import_kind', `email,password\na@b.c,${secret('x')}\n`, 'groups'],
    ['wrong_import_kind', '{"kind":"account-groups","version":1,"groups":[]}', 'group'],
    ['import_empty', '', 'group'],
    ['import_not_text', 'PK\x03\x04zip', 'group'],
    ['import_not_text', Buffer.from(`ada@otters.example:${secret('h')}\xf6lt\n`, 'latin1'), 'group'],
    ['import_format_unknown', `email,password,colour\na@b.c,${secret('x')},red\n`, 'group'],
    ['import_format_unknown', 'just some words\n', 'group'],
    ['import_format_unknown', '{"some":"json"}', 'group'],
    ['import_line_too_long', `ada@otters.example:${secret('holt')}\n${'x'.repeat(9 * 1024 * 1024)}`, 'group'],
  ] as const)('is refused at once as %s', async (code, file, into) => {
    const { id } = await newGroup();
    const target = into === 'group' ? id : null;
    await expect(upload(Buffer.from(file), target, { pieceBytes: 1024 * 1024 })).rejects.toMatchObject({ code });
  });

  it.each([
    ['a cut JSON', (text: string) => text.slice(0, -40)],
    ['a JSON with another password', (text: string) => text.replace(secret('holt'), 'held')],
    ['a JSON without one of its accounts', (text: string) => text.replace(/\{"email":"bea[^\n]*/, '').replace(',\n\n', '\n')],
  ])('of %s fails as import_corrupt, and changes nothing', async (_, spoil) => {
    const { id } = await newGroup();
    await run(`ada@otters.example:${secret('holt')}\nbea@otters.example:${secret('weir')}\n`, id);
    const file = spoil(await exported(id, 'json'));
    const other = await newGroup();
    expect(await run(file, other.id)).toMatchObject({ status: 'failed', code: 'import_corrupt', created: 0 });
    expect(await exported(other.id, 'txt')).toBe('#otterpost lines 1\n');
  });

  it.each([
    ['semicolon_lines', `ada@otters.example;${secret('ho')}:lt;10.0.0.1:80\n`],
    ['pipe_lines', `ada@otters.example|${secret('ho')}:lt|10.0.0.1:80\n`],
    ['tab_lines', `ada@otters.example\t${secret('ho')}:lt\t10.0.0.1:80\n`],
    ['dash_lines', `ada@otters.example----${secret('ho')}:lt----10.0.0.1:80\n`],
    ['lines', `ada@otters.example:${secret('ho')}\\:lt:10.0.0.1:80\n`],
    ['lines', Buffer.from(`\ufeffada@otters.example:${secret('ho')}\\:lt:10.0.0.1:80\r\n`, 'utf16le')],
    ['lines', `\ufeffada@otters.example:${secret('ho')}\\:lt:10.0.0.1:80`],
    ['otterpost_csv', `email;password;proxy\nada@otters.example;${secret('ho')}:lt;10.0.0.1:80\n`],
  ])('reads %s', async (format, file) => {
    const { id } = await newGroup();
    expect(await run(file, id)).toMatchObject({ format, created: 1, rejected: 0 });
    expect(await exported(id, 'txt')).toBe(`#otterpost lines 1\nada@otters.example:${secret('ho')}\\:lt:http://10.0.0.1:80\n`);
  });

  it.each([
    [
      'bitwarden_csv',
      `folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,Shop,,,0,https://a.b,ada@otters.example,"${secret('ho')},lt",\n,,note,N,text,,0,,,,\n`,
      1,
    ],
    ['chrome_csv', `name,url,username,password,note\nShop,https://a.b,ada@otters.example,"${secret('ho')},lt",\n`, 0],
    [
      'firefox_csv',
      `"url","username","password","httpRealm","formActionOrigin","guid"\n"https://a.b","ada@otters.example","${secret('ho')},lt",,"","{1}"\n`,
      0,
    ],
    [
      'onepassword_csv',
      `Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nShop,https://a.b,ada@otters.example,"${secret('ho')},lt",,false,false,,\n`,
      0,
    ],
    [
      'lastpass_csv',
      `url,username,password,totp,extra,name,grouping,fav\nhttps://a.b,ada@otters.example,"${secret('ho')},lt",,,Shop,,0\n`,
      0,
    ],
  ])('reads the export of another program: %s', async (format, file, rejected) => {
    const { id } = await newGroup();
    expect(await run(file, id)).toMatchObject({ format, created: 1, rejected });
    expect(await exported(id, 'csv')).toBe(`email,password,proxy\r\nada@otters.example,"${secret('ho')},lt",\r\n`);
  });

  it('leaves nothing readable in the database while it waits, nor in what it keeps', async () => {
    const { id } = await newGroup();
    await upload(`ada@otters.example:${secret('holt')}\nbea@otters.example:${secret('weir')}:x\n`, id);
    const dump = async (): Promise<string> => {
      const tables = ['imports', 'import_pieces', 'import_rejects', 'import_changes', 'import_befores'];
      const rows = await Promise.all(tables.map((table) => ground.database.query(`SELECT t::text FROM ${table} t`)));
      return JSON.stringify(rows);
    };
    expect(findSecrets(Buffer.from(await dump()))).toEqual([]);
    await new ImportRunner(work).runAll();
    expect(findSecrets(Buffer.from(await dump()))).toEqual([]);
  });
});

describe('an export', () => {
  const password = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => /^[^\0\p{Cs}]+$/u.test(text));
  const proxies = [null, `http://u:${secret('proxy')}%3Aq@10.0.0.1:80`, 'socks5://[::1]:1080'];

  it.each(['json', 'csv', 'txt'] as const)(
    'as %s, imported elsewhere, gives the same accounts',
    async (format) => {
      const accounts = fc.array(fc.record({ password, proxy: fc.constantFrom(...proxies) }), { maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(accounts, async (given) => {
          const [from, to] = [await newGroup(), await newGroup()];
          const entries = given.map((account, at) => ({ email: `'=u${at}@otters.example`, ...account }));
          await ground.accounts.add(caller, from.id, entries);
          const result = await run(await exported(from.id, format), to.id);
          expect(result).toMatchObject({ status: 'done', created: entries.length, rejected: 0 });
          expect(await exported(to.id, 'csv')).toBe(await exported(from.id, 'csv'));
          expect(await exported(to.id, 'txt')).toBe(await exported(from.id, 'txt'));
        }),
        { numRuns: 30 },
      );
    },
    120_000,
  );

  it('as json brings sessions along to the letter', async () => {
    const [from, to] = [await newGroup(), await newGroup()];
    await ground.accounts.add(caller, from.id, [{ email: 'ada@otters.example', password: secret('holt'), proxy: null }]);
    const [ada] = (await ground.accounts.list(caller, from.id, { limit: 1 }))?.items ?? [];
    if (ada === undefined) throw new Error('no account');
    for (const text of ['{ "n": 12345678901234567890 }', '{"cookies":[],"origins":[]}', '{"__proto__":{"a":1}}']) {
      await ground.sessions.save({ caller, id: ada.id }, text, { bytes: text.length, expiresAt: null }, {});
      const file = await exported(from.id, 'json');
      expect(await run(file, to.id)).toMatchObject({ status: 'done', rejected: 0 });
      expect(await exported(to.id, 'json')).toContain(
        file.slice(file.indexOf('"email"'), file.indexOf(']}', file.indexOf('"email"')) - 2),
      );
    }
  });

  it('in csv guards what a spreadsheet would take for a formula', async () => {
    const { id } = await newGroup();
    await ground.accounts.add(caller, id, [{ email: 'ada@otters.example', password: '=1+1', proxy: null }]);
    expect(await exported(id, 'csv')).toContain("ada@otters.example,'=1+1,");
  });
});

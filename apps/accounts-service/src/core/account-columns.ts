import { Failure } from '@otterpost/contracts/failure';
import type { ImportFormat } from '@otterpost/contracts/imports';

import type { AccountEntry } from './account-line.ts';

/** Where the fields of an account stand in a row; -1 for nowhere. */
export interface AccountColumns {
  readonly email: number;
  readonly password: number;
  readonly proxy: number;
  readonly group: number;
  readonly site: number;
  /** Of Bitwarden, where rows may be notes and cards. */
  readonly type: number;
}

export interface CsvShape {
  readonly format: ImportFormat;
  readonly separator: string;
  readonly columns: AccountColumns;
  readonly kind: 'group' | 'groups';
}

/** A row of our own CSV. A foreign file says nothing of a proxy, and takes none away. */
export interface AccountCells {
  readonly email: string;
  readonly password: string;
  readonly proxy?: string | null;
}

const OURS = new Set(['group', 'site', 'email', 'password', 'proxy', 'error']);
/** Each told by columns that no other has; the more particular first. */
const FOREIGN: readonly { format: ImportFormat; needs: readonly string[]; email: string; password: string }[] = [
  {
    format: 'bitwarden_csv',
    needs: ['login_username', 'login_password'],
    email: 'login_username',
    password: 'login_password',
  },
  { format: 'firefox_csv', needs: ['url', 'username', 'password', 'httprealm'], email: 'username', password: 'password' },
  { format: 'lastpass_csv', needs: ['url', 'username', 'password', 'grouping'], email: 'username', password: 'password' },
  { format: 'onepassword_csv', needs: ['title', 'username', 'password'], email: 'username', password: 'password' },
  { format: 'chrome_csv', needs: ['name', 'url', 'username', 'password'], email: 'username', password: 'password' },
];
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** What a spreadsheet takes for a formula; an apostrophe, so that one that was there stays. */
const FORMULA = /^[=+\-@'\t\r]/;
const GUARDED = /^'[=+\-@'\t\r]/;

/**
 * What the first line of a CSV says; undefined when it is none.
 *
 * @throws Failure `import_format_unknown` for a header with columns that would be lost.
 */
export function readHeader(line: string): CsvShape | undefined {
  for (const separator of DELIMITERS) {
    const names = line.split(separator).map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim()
        .toLowerCase(),
    );
    const at = (name: string): number => names.indexOf(name);
    const foreign = FOREIGN.find(({ needs }) => needs.every((name) => at(name) >= 0));
    if (foreign !== undefined) {
      const columns = { email: at(foreign.email), password: at(foreign.password), proxy: -1, group: -1, site: -1 };
      const type = foreign.format === 'bitwarden_csv' ? at('type') : -1;
      return { format: foreign.format, separator, columns: { ...columns, type }, kind: 'group' };
    }
    if (at('email') < 0 || at('password') < 0) continue;
    const unknown = names.filter((name) => !OURS.has(name));
    if (unknown.length > 0)
      throw new Failure('import_format_unknown', {
        detail: `These columns are not known: ${unknown.join(', ').slice(0, 200)}. Known are email, password, proxy, group and site`,
      });
    if (at('group') < 0 !== at('site') < 0)
      throw new Failure('import_format_unknown', { detail: 'The columns group and site belong together: add the other' });
    const [email, password, proxy, group, site] = ['email', 'password', 'proxy', 'group', 'site'].map(at) as number[];
    const columns = { email, password, proxy, group, site, type: -1 } as AccountColumns;
    return { format: 'otterpost_csv', separator, columns, kind: columns.group < 0 ? 'group' : 'groups' };
  }
  return undefined;
}

/** The account of a row; undefined for one that is no login, as Bitwarden's notes. */
export function fromCells(
  cells: readonly string[],
  columns: AccountColumns,
  isOurs: boolean,
): { account: AccountCells; group: { name: string; site: string } | null } | undefined {
  const take = (at: number): string => (isOurs ? unguard(cells[at] ?? '') : (cells[at] ?? ''));
  if (columns.type >= 0 && take(columns.type) !== 'login') return undefined;
  const account = {
    email: take(columns.email),
    password: take(columns.password),
    ...(columns.proxy < 0 ? {} : { proxy: take(columns.proxy) || null }),
  };
  return { account, group: columns.group < 0 ? null : { name: take(columns.group), site: take(columns.site) } };
}

export const GROUP_HEADER = 'email,password,proxy\r\n';
export const GROUPS_HEADER = 'group,site,email,password,proxy\r\n';

/** One row (RFC 4180) that no spreadsheet takes for a formula. */
export function writeRow(cells: readonly string[]): string {
  return `${cells.map(writeCell).join(',')}\r\n`;
}

export function toCells({ email, password, proxy }: AccountEntry): string[] {
  return [email, password, proxy ?? ''];
}

function writeCell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return /[",;|\r\n\t]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function unguard(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}

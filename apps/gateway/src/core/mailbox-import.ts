import { Failure } from '@otterpost/contracts/failure';
import { providerOfAddress } from '@otterpost/contracts/mail-providers';
import { type MailboxImport, NewMailbox } from '@otterpost/contracts/mailboxes';
import { parseOrFail } from '@otterpost/contracts/parse';

import { readCsv } from './csv.ts';

/** A mailbox as one line or one member of the array names it, not yet checked. */
interface Entry {
  readonly line: number;
  readonly mailbox: Record<string, unknown>;
}

export interface ReadImport {
  readonly entries: { readonly line: number; readonly mailbox: NewMailbox }[];
  readonly rejected: MailboxImport['rejected'];
}

const LINE = /^(?<username>[^:]+):(?<rest>.+)$/;
/** `password:host:port`, the password with any colons of its own. */
const WITH_HOST = /^(?<password>.+):(?<host>\[[^\]]+\]|[^:\s]+\.[^:\s]+|localhost):(?<port>\d{1,5})$/;
const LISTS = new Set(['folders', 'forwarders']);
const COLUMNS = new Set(
  [
    ['name', 'host', 'port', 'security', 'username', 'password', 'folders', 'authservId', 'ca', 'forwarders', 'proxy', 'paused'],
    ['provider', 'clientId', 'clientSecret', 'refreshToken'],
    ['smtpHost', 'smtpPort', 'smtpSecurity', 'smtpUsername', 'smtpPassword'],
  ].flat(),
);

/**
 * Reads a JSON array of mailboxes, CSV with their fields as columns, or lines `username:password[:host:port]`. What is not a
 * mailbox is rejected by its line, and stops no other.
 *
 * @throws Failure `invalid_request` when the whole is none of the three.
 */
export function readMailboxImport(body: unknown): ReadImport {
  const entries: ReadImport['entries'] = [];
  const rejected: MailboxImport['rejected'] = [];
  for (const { line, mailbox } of toEntries(body)) {
    try {
      entries.push({ line, mailbox: parseOrFail(NewMailbox, withDefaults(mailbox)) });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const text = typeof mailbox.username === 'string' ? mailbox.username.slice(0, 320) : '';
      rejected.push({ line, text, code: error.code, message: error.message });
    }
  }
  return { entries, rejected };
}

function toEntries(body: unknown): Entry[] {
  if (Array.isArray(body)) return body.map((mailbox, at) => ({ line: at + 1, mailbox: toRecord(mailbox) }));
  if (typeof body === 'string') return isCsv(body) ? fromCsv(body) : fromLines(body);
  throw new Failure('invalid_request', {
    detail: 'An import is a JSON array of mailboxes, CSV with their fields as columns, or lines username:password[:host:port]',
  });
}

/** A mailbox without a name is called by its username; one without a host lies where its address does. */
function withDefaults({ name, host, ...mailbox }: Record<string, unknown>): Record<string, unknown> {
  const provider = typeof mailbox.username === 'string' ? providerOfAddress(mailbox.username) : undefined;
  const place = host === undefined && provider !== undefined ? toPlace(provider) : { host };
  return { ...place, ...mailbox, name: name ?? mailbox.username };
}

function toPlace({ host, port, security }: { host: string; port: number; security: string }): Record<string, unknown> {
  return { host, port, security };
}

function isCsv(text: string): boolean {
  const [first = ''] = text.split(/\r?\n/, 1);
  return first.includes(',') && first.toLowerCase().includes('username');
}

function fromLines(text: string): Entry[] {
  return text.split(/\r?\n/).flatMap((raw, at) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const { username = line, rest = '' } = LINE.exec(line)?.groups ?? {};
    const { password = rest, host, port } = WITH_HOST.exec(rest)?.groups ?? {};
    const place = host === undefined ? {} : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
    return [{ line: at + 1, mailbox: { username, auth: { type: 'password', password }, ...place } }];
  });
}

function fromCsv(text: string): Entry[] {
  const [header, ...rows] = readCsv(text);
  const columns = header?.cells.map((cell) => cell.trim()) ?? [];
  const unknown = columns.filter((column) => !COLUMNS.has(column));
  if (unknown.length > 0) {
    throw new Failure('invalid_request', {
      detail: `These columns are not known: ${unknown.join(', ')}; known are ${[...COLUMNS].join(', ')}`,
    });
  }
  return rows.map(({ line, cells }) => ({
    line,
    mailbox: fromCells(
      new Map(columns.map((column, at) => [column, cells[at] ?? '']).filter(([, cell]) => cell !== '') as [string, string][]),
    ),
  }));
}

function fromCells(cells: Map<string, string>): Record<string, unknown> {
  const take = (column: string): string | undefined => {
    const cell = cells.get(column);
    cells.delete(column);
    return cell;
  };
  const [provider, clientId, clientSecret, refreshToken, password] = [
    take('provider'),
    take('clientId'),
    take('clientSecret'),
    take('refreshToken'),
    take('password'),
  ];
  const smtp = Object.fromEntries(
    [...cells.keys()]
      .filter((column) => column.startsWith('smtp'))
      .map((column) => [uncapitalize(column.slice(4)), toValue(column, take(column))]),
  );
  const auth =
    refreshToken === undefined
      ? { type: 'password', password }
      : { type: 'oauth2', provider, clientId, clientSecret, refreshToken };
  const plain = Object.fromEntries([...cells].map(([column, cell]) => [column, toValue(column, cell)]));
  return { ...plain, auth, ...(Object.keys(smtp).length === 0 ? {} : { smtp }) };
}

function toValue(column: string, cell = ''): unknown {
  if (/port$/i.test(column)) return Number(cell);
  if (column === 'paused') return cell.toLowerCase() === 'true';
  return LISTS.has(column) ? cell.split(';').map((part) => part.trim()) : cell;
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function uncapitalize(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

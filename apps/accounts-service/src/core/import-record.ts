import { type Judgement, judgeEntry, judgeLine } from './account-batch.ts';
import { type AccountColumns, fromCells } from './account-columns.ts';
import type { NamedGroup } from './account-file.ts';
import type { AccountEntry, LineDialect } from './account-line.ts';
import { describeSession } from './session.ts';

const LONGEST_SESSION_BYTES = 1024 * 1024;

/** What one entry of a file comes to. */
export interface ImportRecord {
  /** Line of the text, or place in the JSON, from 1. */
  readonly line: number;
  /** Where the file names its groups. */
  readonly group: NamedGroup | null;
  readonly content:
    | { readonly kind: 'group' }
    | { readonly kind: 'account'; readonly account: ImportedAccount }
    | { readonly kind: 'rejected'; readonly code: string; readonly message: string; readonly text: string; readonly raw: string };
}

export interface ImportedAccount extends AccountEntry {
  /** Whether the file says what the proxy is; one that does not takes none away. */
  readonly saysProxy: boolean;
  /** JSON text; null leaves the session that is there. */
  readonly session: string | null;
}

/** Undefined for what is no entry: blank lines and remarks. */
export function recordOfLine(text: string, line: number, dialect: LineDialect, separator: string): ImportRecord | undefined {
  const judged = judgeLine(text, dialect, separator);
  return judged.kind === 'skipped' ? undefined : toRecord(judged, { line, group: null, raw: text, saysProxy: true });
}

export function recordOfCells(cells: readonly string[], line: number, columns: AccountColumns, isOurs: boolean): ImportRecord {
  const found = fromCells(cells, columns, isOurs);
  if (found === undefined) {
    const [code, message] = ['not_a_login', 'This entry is no login: only logins can be imported'];
    return { line, group: null, content: { kind: 'rejected', code, message, text: '***', raw: toRaw(null, {}) } };
  }
  const { account, group } = found;
  return toRecord(judgeEntry(account), { line, group, raw: toRaw(group, account), saysProxy: columns.proxy >= 0 });
}

export function recordOfValue(value: unknown, line: number, group: NamedGroup): ImportRecord {
  const { session, sessionText, ...account } = Object(value) as Record<string, unknown>;
  const text =
    typeof sessionText === 'string' ? sessionText : session === undefined || session === null ? null : JSON.stringify(session);
  const judged = judgeEntry(typeof value === 'object' && value !== null && !Array.isArray(value) ? account : value);
  const raw = toRaw(group, account);
  if (judged.kind === 'account' && text !== null && !isSession(text)) {
    const [code, message] = [
      'session_invalid',
      'The session is no JSON, over 1 MiB, or a storage state that Playwright would not load',
    ];
    return { line, group, content: { kind: 'rejected', code, message, text: `${judged.account.email}:***`, raw } };
  }
  return toRecord(judged, { line, group, raw, saysProxy: true }, text);
}

function isSession(text: string): boolean {
  try {
    return !text.includes('\0') && describeSession(text, new Date(0)).bytes <= LONGEST_SESSION_BYTES;
  } catch {
    return false;
  }
}

interface Place {
  readonly line: number;
  readonly group: NamedGroup | null;
  readonly raw: string;
  readonly saysProxy: boolean;
}

function toRecord(judged: Judgement, { line, group, raw, saysProxy }: Place, session: string | null = null): ImportRecord {
  if (judged.kind === 'rejected') return { line, group, content: { ...judged, raw } };
  return { line, group, content: { kind: 'account', account: { ...judged.account, saysProxy, session } } };
}

/** The cells of a row to mend. */
function toRaw(group: NamedGroup | null, account: { email?: unknown; password?: unknown; proxy?: unknown }): string {
  const cell = (value: unknown): string => (typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value));
  const own = [account.email, account.password, account.proxy].map(cell);
  return JSON.stringify(group === null ? own : [group.name, group.site, ...own]);
}

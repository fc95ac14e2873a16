import type { AccountBatch } from '@otterpost/contracts/account-requests';
import { AccountEmail, AccountPassword, type AddedAccounts } from '@otterpost/contracts/accounts';

import { type AccountEntry, type LineDialect, readAccountLine } from './account-line.ts';
import { emailKey } from './email-key.ts';
import { parseProxy } from './proxy.ts';

type Rejected = AddedAccounts['rejected'][number];

export interface ReadBatch {
  /** Each email once, as it stood last. */
  readonly entries: readonly AccountEntry[];
  /** Entries whose email stood again further on. */
  readonly repeated: number;
  readonly rejected: readonly Rejected[];
}

/** Reads what was sent to a group: an entry that is rejected stops no other. */
export function readAccountBatch(batch: AccountBatch): ReadBatch {
  const entries = new Map<string, AccountEntry>();
  const rejected: Rejected[] = [];
  let read = 0;
  for (const [at, item] of (batch.kind === 'lines' ? batch.lines : batch.entries).entries()) {
    const result = batch.kind === 'lines' ? judgeLine(String(item), batch.exact ? 'exact' : 'plain') : judgeEntry(item);
    if (result.kind === 'rejected') {
      const { code, message, text } = result;
      rejected.push({ line: batch.first + at, text, code, message });
    } else if (result.kind === 'account') {
      read += 1;
      entries.set(emailKey(result.account.email), result.account);
    }
  }
  return { entries: [...entries.values()], repeated: read - entries.size, rejected };
}

export type Judgement =
  | { readonly kind: 'account'; readonly account: AccountEntry }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string; readonly text: string };

/** What a line says, as far as a database and a site may take it. */
export function judgeLine(line: string, dialect: LineDialect, separator?: string): Judgement | { readonly kind: 'skipped' } {
  const found = readAccountLine(line, dialect, separator);
  return found.kind === 'account' ? check(found.account) : found;
}

/** The same of an object. */
export function judgeEntry(item: unknown): Judgement {
  const found = readEntry(item);
  return found.kind === 'account' ? check(found.account) : found;
}

function readEntry(item: unknown): Judgement {
  const { email, password, proxy = null, ...rest } = Object(item) as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return refuse(email, 'entry_invalid', 'An account is an object with email, password and, if it has one, proxy');
  if (unknown !== undefined)
    return refuse(email, 'field_unknown', `An account has no field ${JSON.stringify(unknown.slice(0, 50))}`);
  if (typeof email !== 'string') return refuse(email, 'email_invalid', 'email must be a text');
  if (typeof password !== 'string' || password === '')
    return refuse(email, 'password_missing', 'password must be a text that is not empty');
  if (proxy !== null && typeof proxy !== 'string') return refuse(email, 'proxy_invalid', 'proxy must be a text or null');
  if (proxy === null) return { kind: 'account', account: { email, password, proxy } };
  const parsed = parseProxy(proxy);
  if (parsed.kind === 'invalid') return refuse(email, 'proxy_invalid', `The proxy is not usable: ${parsed.message}`);
  return { kind: 'account', account: { email, password, proxy: parsed.url } };
}

/** What a line may say, a database or a site may still not take. */
function check(account: AccountEntry): Judgement {
  const { email, password } = account;
  if (!AccountEmail.safeParse(email).success)
    return refuse(email, 'email_invalid', 'The email is none: it has one @, no blanks, and at most 320 characters');
  if (!AccountPassword.safeParse(password).success)
    return refuse(email, 'password_invalid', 'The password has a NUL or half a character, or more than 4096 characters');
  return { kind: 'account', account };
}

function refuse(email: unknown, code: string, message: string): Judgement {
  const shown = AccountEmail.safeParse(email);
  return { kind: 'rejected', code, message, text: shown.success ? `${shown.data}:***` : '***' };
}

import type { ImportChange } from '@otterpost/contracts/imports';

import { emailKey } from './email-key.ts';
import type { ImportedAccount, ImportRecord } from './import-record.ts';

/** An account as it is, or as the records before made it. */
export interface KnownAccount {
  readonly email: string;
  readonly password: string;
  readonly proxy: string | null;
  /** Undefined where it was not looked at. */
  readonly session: string | null;
}

/** What a batch of records comes to: each account once, as the last record left it. */
export interface ImportPlan {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly writes: readonly PlannedWrite[];
}

export interface PlannedWrite {
  readonly key: string;
  readonly groupId: string;
  readonly line: number;
  readonly isNew: boolean;
  readonly account: KnownAccount;
  readonly fields: ImportChange['fields'];
}

export function accountKey(groupId: string, email: string): string {
  return `${groupId} ${emailKey(email)}`;
}

/** Record after record, so that a batch may be cut anywhere and the counts stay the same. */
export function planImport(
  records: readonly { readonly groupId: string; readonly line: number; readonly account: ImportedAccount }[],
  known: ReadonlyMap<string, KnownAccount>,
): ImportPlan {
  const writes = new Map<string, PlannedWrite>();
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const { groupId, line, account } of records) {
    const key = accountKey(groupId, account.email);
    const planned = writes.get(key);
    const present = planned?.account ?? known.get(key);
    const wanted = merge(present, account);
    const fields = present === undefined ? [] : differences(present, wanted);
    if (present !== undefined && fields.length === 0) {
      counts.unchanged += 1;
      continue;
    }
    counts[present === undefined ? 'created' : 'updated'] += 1;
    const changed = [...new Set([...(planned?.fields ?? []), ...fields])];
    const isNew = planned?.isNew ?? present === undefined;
    writes.set(key, { key, groupId, line: planned?.line ?? line, isNew, account: wanted, fields: isNew ? [] : changed });
  }
  return { ...counts, writes: [...writes.values()] };
}

/** Those whose group is taken, and those it is not. */
export function isAccount(
  record: ImportRecord,
): record is ImportRecord & { content: { kind: 'account'; account: ImportedAccount } } {
  return record.content.kind === 'account';
}

function merge(present: KnownAccount | undefined, wanted: ImportedAccount): KnownAccount {
  return {
    email: wanted.email,
    password: wanted.password,
    proxy: wanted.saysProxy ? wanted.proxy : (present?.proxy ?? null),
    session: wanted.session ?? present?.session ?? null,
  };
}

function differences(present: KnownAccount, wanted: KnownAccount): string[] {
  return (['email', 'password', 'proxy', 'session'] as const).filter((field) => present[field] !== wanted[field]);
}

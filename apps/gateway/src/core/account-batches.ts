import type { AccountBatch } from '@otterpost/contracts/account-requests';

/** Accounts that go to accounts-service at a time. */
const AT_ONCE = 1000;
const BYTE_ORDER_MARK = /^\uFEFF/;
/** The first line of every txt export: any password survives in what follows. */
const EXACT = /^#otterpost lines 1\s*$/;

/** Lines `email:password[:proxy]`, a batch at a time. */
export function* batchesOfLines(text: string): Generator<AccountBatch, void, undefined> {
  const lines = text.replace(BYTE_ORDER_MARK, '').split(/\r?\n/);
  const exact = EXACT.test(lines[0] ?? '');
  for (let at = 0; at < lines.length; at += AT_ONCE)
    yield { kind: 'lines', first: at + 1, exact, lines: lines.slice(at, at + AT_ONCE) };
}

export function* batchesOfEntries(entries: readonly unknown[]): Generator<AccountBatch, void, undefined> {
  for (let at = 0; at === 0 || at < entries.length; at += AT_ONCE)
    yield { kind: 'entries', first: at + 1, entries: entries.slice(at, at + AT_ONCE) };
}

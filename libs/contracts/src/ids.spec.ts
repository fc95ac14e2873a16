import { describe, expect, it } from '@jest/globals';

import { ID_PREFIXES, type IdKind, MailboxId, newId, TicketId } from './ids.ts';

describe('newId', () => {
  it('makes ids that their own schema takes and others refuse', () => {
    const id = newId('ticket');
    expect(TicketId.parse(id)).toBe(id);
    expect(MailboxId.safeParse(id).success).toBe(false);
  });

  it('sorts by the time of making', () => {
    const ids = [1, 31, 32, 1_700_000_000_000, 2_000_000_000_000].map((now) => newId('code', now));
    expect([...ids].sort()).toEqual(ids);
  });

  it('never makes the same id twice in one millisecond', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId('mailbox', 1))).size).toBe(10_000);
  });

  it('has a prefix of its own for each kind', () => {
    const prefixes = (Object.keys(ID_PREFIXES) as IdKind[]).map((kind) => newId(kind).slice(0, 4));
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });
});

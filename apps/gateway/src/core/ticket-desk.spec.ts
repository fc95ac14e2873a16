import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';

import { TicketDesk } from './ticket-desk.ts';
import type { DueTicket, TicketStore } from './ticket-store.ts';
import { WaitingRoom } from './waiting-room.ts';

describe('expiry', () => {
  it('goes on while nobody can be asked for the state of the mailboxes', async () => {
    const due = (id: string) =>
      ({ ticket: { id, site: 'nike' }, manual: false, mailboxId: 'mbx_1', facts: {} }) as unknown as DueTicket;
    const expired: unknown[] = [];
    const noted: string[] = [];
    const store = {
      due: async () => [due('tkt_1'), due('tkt_2')],
      expire: async (id: string, cause: string) => {
        expired.push({ id, cause });
        return undefined;
      },
    } as unknown as TicketStore;
    const desk = new TicketDesk({
      store,
      room: new WaitingRoom(),
      held: { perKey: 10, total: 10 },
      prepare: () => Promise.reject(new Failure('service_unavailable')),
      hash: (text) => text,
      announce: () => undefined,
      awaitMail: () => undefined,
      now: () => new Date(0),
      onError: (_error, what) => noted.push(what),
    });
    await desk.expireDue();
    expect(expired).toEqual(['tkt_1', 'tkt_2'].map((id) => ({ id, cause: 'no_mail' })));
    expect(noted).toEqual(['a mailbox was not asked for its state']);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decide, type FoundCode, type OpenTicket } from './matching.ts';

const NOW = new Date('2026-11-24T12:00:10.500Z');
const ticket: OpenTicket = {
  id: 'a',
  site: 'nike',
  recipient: 'ada@otters.example',
  mailboxId: null,
  manual: false,
  kind: 'any',
  openedAt: new Date('2026-11-24T12:00:00.500Z'),
  expiresAt: new Date('2026-11-24T12:05:00Z'),
  notBefore: null,
  position: 10,
};
const code: FoundCode = {
  site: 'nike',
  recipient: 'ada@otters.example',
  mailboxId: 'm',
  hasCode: true,
  hasLink: false,
  position: 11,
  receivedAt: new Date('2026-11-24T12:00:05Z'),
  noticedAt: new Date('2026-11-24T12:00:05.300Z'),
};
const toA = { kind: 'assign', ticketId: 'a' };
const held = (reason: string) => ({ kind: 'hold', reason });

describe('decide', () => {
  it('gives a code to the ticket for its recipient', () => {
    expect(decide(code, [ticket], NOW)).toEqual(toA);
  });

  it.each<[string, Partial<OpenTicket>]>([
    ['another site', { site: 'adidas' }],
    ['another recipient', { recipient: 'ada+1@otters.example' }],
    ['another mailbox', { mailboxId: 'n' }],
    ['a code typed by hand', { manual: true }],
    ['a link', { kind: 'link' }],
    ['a later mail', { position: 11 }],
    ['a later second', { openedAt: new Date('2026-11-24T12:00:06.001Z') }],
    ['a time that is over', { expiresAt: NOW }],
  ])('never gives it to a ticket for %s', (_what, change) => {
    expect(decide(code, [{ ...ticket, ...change }], NOW)).toEqual(held('no_ticket'));
  });

  it('takes a mail of the very second of the opening: INTERNALDATE has no finer time', () => {
    expect(decide({ ...code, receivedAt: new Date('2026-11-24T12:00:00Z') }, [ticket], NOW)).toEqual(toA);
  });

  it('gives it to the ticket that was opened first', () => {
    const later = { ...ticket, id: 'b', openedAt: new Date('2026-11-24T12:00:00.600Z') };
    expect(decide(code, [later, ticket], NOW)).toEqual(toA);
  });

  it('prefers the ticket that names the recipient, even one opened later', () => {
    const anyone = { ...ticket, id: 'b', recipient: null, openedAt: new Date('2026-11-24T11:59:00Z') };
    expect(decide(code, [anyone, ticket], NOW)).toEqual(toA);
  });

  it('gives it to a ticket without a recipient only when that is the only one', () => {
    const anyone = { ...ticket, recipient: null };
    expect(decide(code, [anyone], NOW)).toEqual(toA);
    expect(decide(code, [anyone, { ...anyone, id: 'b' }], NOW)).toEqual(held('ambiguous'));
  });

  it('lets a ticket with a notBefore take an older mail, and none received before that', () => {
    const patient = { ...ticket, position: 99, notBefore: new Date('2026-11-24T12:00:05Z') };
    expect(decide(code, [patient], NOW)).toEqual(toA);
    expect(decide({ ...code, receivedAt: new Date('2026-11-24T12:00:04Z') }, [patient], NOW)).toEqual(held('no_ticket'));
  });

  it('gives, whatever the tickets are, only to one that may take it and has no better rival', () => {
    const anyTicket = fc.record({
      site: fc.constantFrom('nike', 'adidas'),
      recipient: fc.constantFrom(null, 'ada@otters.example', 'bea@otters.example'),
      manual: fc.boolean(),
      kind: fc.constantFrom<OpenTicket['kind']>('any', 'code', 'link'),
      position: fc.constantFrom(10, 11),
      seconds: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(anyTicket, { maxLength: 6 }), (wishes) => {
        const tickets = wishes.map(
          ({ seconds, ...wish }, at): OpenTicket => ({
            ...ticket,
            ...wish,
            id: String(at),
            openedAt: new Date(ticket.openedAt.getTime() + seconds),
          }),
        );
        const able = tickets.filter(
          (t) => t.site === 'nike' && !t.manual && t.kind !== 'link' && t.position === 10 && t.recipient !== 'bea@otters.example',
        );
        const named = able.filter((t) => t.recipient !== null);
        const decision = decide(code, tickets, NOW);
        if (named.length > 0) {
          const first = Math.min(...named.map((t) => t.openedAt.getTime()));
          expect(named.filter((t) => t.openedAt.getTime() === first).map(({ id }) => id)).toContain(
            decision.kind === 'assign' ? decision.ticketId : undefined,
          );
        } else {
          expect(decision).toEqual(
            able.length === 1 ? { kind: 'assign', ticketId: able[0]?.id } : held(able.length === 0 ? 'no_ticket' : 'ambiguous'),
          );
        }
      }),
    );
  });
});

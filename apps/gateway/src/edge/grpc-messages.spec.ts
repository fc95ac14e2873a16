import { describe, expect, it } from '@jest/globals';

import { fromMessage, toMessage } from './grpc-messages.ts';

describe('a ticket on gRPC', () => {
  it('has the fields of JSON in snake_case, and nothing where JSON has null', () => {
    expect(toMessage({ id: 't', openedAt: 'x', recipient: null, mailbox: { provenAt: null, status: 'paused' } })).toEqual({
      id: 't',
      opened_at: 'x',
      mailbox: { status: 'paused' },
    });
  });

  it('keeps the words of its labels as the caller wrote them', () => {
    const labels = { jobId: '7', snake_case: 'a', '': 'b' };
    expect(toMessage({ labels })).toEqual({ labels });
    expect(fromMessage({ labels })).toEqual({ labels });
  });

  it('is asked for with the fields of JSON', () => {
    expect(fromMessage({ site: 'nike', expires_in: 60, mailbox_id: undefined, not_before: null })).toEqual({
      site: 'nike',
      expiresIn: 60,
    });
  });
});

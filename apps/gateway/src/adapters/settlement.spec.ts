import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';
import { eventually } from '@otterpost/testkit/eventually';

import type { SettledMail } from '../core/settlement.ts';
import { createSettlement } from './settlement.ts';

const mail = (uid: number): SettledMail =>
  ({ mailId: `mbx_${'0'.repeat(26)}:inbox:1:${uid}`, outcome: 'code', reason: null }) as SettledMail;

interface Request {
  readonly uids: number[];
  readonly answer: () => void;
  readonly fail: (error: Error) => void;
}

/** A ledger whose every answer is given by hand. */
function slowLedger() {
  const requests: Request[] = [];
  const settlement = createSettlement(
    (mails) =>
      new Promise<void>((resolve, reject) => {
        requests.push({ uids: mails.map(({ mailId }) => Number(mailId.split(':').at(-1))), answer: resolve, fail: reject });
      }),
  );
  return { requests, settlement, sent: (at: number) => eventually(() => requests[at]) };
}

describe('settling', () => {
  it('sends a single mail at once', () => {
    const { requests, settlement } = slowLedger();
    void settlement.settle(mail(1));
    expect(requests.map(({ uids }) => uids)).toEqual([[1]]);
  });

  it('sends together what came while a request was on its way, each mail once and in order', async () => {
    const { requests, settlement, sent } = slowLedger();
    const settled = [1, 2, 3].map((uid) => settlement.settle(mail(uid)));
    (await sent(0)).answer();
    const second = await sent(1);
    void settlement.settle(mail(4));
    second.answer();
    await Promise.all(settled);
    await sent(2);
    expect(requests.map(({ uids }) => uids)).toEqual([[1], [2, 3], [4]]);
  });

  it('tells no mail settled before the ledger has answered for it', async () => {
    const { settlement, sent } = slowLedger();
    let second = false;
    void settlement.settle(mail(1));
    void settlement.settle(mail(2)).then(() => {
      second = true;
    });
    (await sent(0)).answer();
    await sent(1);
    expect(second).toBe(false);
  });

  it('fails those of a failed request only, and goes on with the rest', async () => {
    const { settlement, sent } = slowLedger();
    const first = settlement.settle(mail(1));
    const second = settlement.settle(mail(2));
    (await sent(0)).fail(new Failure('service_unavailable'));
    await expect(first).rejects.toMatchObject({ code: 'service_unavailable' });
    (await sent(1)).answer();
    await second;
  });

  it('puts no more into one request than it may carry', async () => {
    const { requests, settlement, sent } = slowLedger();
    for (let uid = 0; uid <= 501; uid++) void settlement.settle(mail(uid));
    (await sent(0)).answer();
    (await sent(1)).answer();
    await sent(2);
    expect(requests.map(({ uids }) => uids.length)).toEqual([1, 500, 1]);
  });
});

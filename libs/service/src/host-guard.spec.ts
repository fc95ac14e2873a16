import { describe, expect, it } from '@jest/globals';
import { Failure } from '@otterpost/contracts/failure';

import { createHostGuard, isPublic, pinnedLookup } from './host-guard.ts';

describe('the host guard', () => {
  it('refuses a host of which any address is private, and gives all of a public one, IPv4 first', async () => {
    const book: Record<string, string[]> = {
      'mixed.example': ['93.184.215.14', '10.0.0.1'],
      'public.example': ['2606:2800:220:1::1', '93.184.215.14'],
    };
    const resolve = async (host: string) =>
      (book[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const guard = createHostGuard({ allowPrivateHosts: false, resolve });
    const refused = await guard.addressesOf('mixed.example').catch((error: unknown) => error);
    expect(refused instanceof Failure && refused.code).toBe('host_not_allowed');
    expect((await guard.addressesOf('public.example')).map(({ family }) => family)).toEqual([4, 6]);
    await expect(guard.addressesOf('nothing.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('lets a private host be where that is allowed', async () => {
    expect(await createHostGuard({ allowPrivateHosts: true }).addressesOf('127.0.0.1')).toEqual([
      { address: '127.0.0.1', family: 4 },
    ]);
  });

  it.each(['8.8.8.8', '2606:4700:4700::1111'])('takes %s for public', (address) => expect(isPublic(address)).toBe(true));
});

describe('a pinned lookup', () => {
  it('answers every name with the addresses that were vetted', () => {
    const lookup = pinnedLookup([{ address: '192.0.2.1', family: 4 }]);
    lookup('rebound.example', { all: true }, (_, address) => expect(address).toEqual([{ address: '192.0.2.1', family: 4 }]));
    lookup('rebound.example', {}, (_, address) => expect(address).toBe('192.0.2.1'));
  });
});

import { lookup } from 'node:dns/promises';

import ipaddr from 'ipaddr.js';

import { SessionEnded } from '../core/folder-session.ts';

/** The address to connect to; connecting to the name again could be answered with another one. */
export type VetHost = (host: string) => Promise<string>;

/** Resolves once and refuses a host of which any address is not a public unicast one (RULE 10). */
export function createHostVetter({ allowPrivateHosts }: { allowPrivateHosts: boolean }): VetHost {
  return async (host) => {
    const addresses = await lookup(host, { all: true, verbatim: true });
    const [first] = addresses;
    if (first === undefined) throw new SessionEnded('unreachable', `There is no host ${host}: check the name`);
    if (!allowPrivateHosts && !addresses.every(({ address }) => isPublic(address))) {
      throw new SessionEnded('unreachable', `${host} is a private address: OTTERPOST_ALLOW_PRIVATE_HOSTS allows such hosts`);
    }
    return first.address;
  };
}

/** IPv4 in IPv6 is judged as what it holds. */
export function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}

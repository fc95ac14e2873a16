import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

import { Failure } from '@otterpost/contracts/failure';
import ipaddr from 'ipaddr.js';

/** Azure's wire server answers every virtual machine there, at an address that looks public. */
const ANSWERS_THE_MACHINE = new Set(['168.63.129.16']);

export type Addresses = readonly [LookupAddress, ...LookupAddress[]];

/** Decides which hosts that people name may be connected to. */
export interface HostGuard {
  /**
   * Resolves the host once, IPv4 first. Connect to these and to nothing else: a second look-up may be answered otherwise.
   *
   * @throws Failure `host_not_allowed` when any of its addresses is not a public one; what the resolver throws passes.
   */
  addressesOf(host: string): Promise<Addresses>;
}

export interface HostGuardOptions {
  /** Let hosts be private and loopback ones. */
  readonly allowPrivateHosts: boolean;
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

export function createHostGuard({ allowPrivateHosts, resolve = resolveAll }: HostGuardOptions): HostGuard {
  return {
    async addressesOf(host) {
      const addresses = await resolve(host);
      const [first, ...rest] = addresses.toSorted((one, other) => one.family - other.family);
      if (first === undefined) throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
      if (!allowPrivateHosts && ![first, ...rest].every(({ address }) => isPublic(address))) {
        throw new Failure('host_not_allowed', {
          detail: `${host} is a private address: OTTERPOST_ALLOW_PRIVATE_HOSTS allows such hosts`,
        });
      }
      return [first, ...rest];
    },
  };
}

/** A `lookup` for sockets that knows these addresses only, whatever it is asked. */
export function pinnedLookup(addresses: Addresses): LookupFunction {
  return (_host, { all }, callback) => {
    if (all === true) callback(null, [...addresses]);
    else callback(null, addresses[0].address, addresses[0].family);
  };
}

/** Neither loopback, private, link-local, carrier-grade NAT, multicast nor reserved; IPv4 within IPv6 is judged as what it holds. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast' && !ANSWERS_THE_MACHINE.has(address);
}

/** As the operating system resolves it, so that `127.1` and `0x7f000001` are judged as what they would be connected to. */
function resolveAll(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true, verbatim: true });
}

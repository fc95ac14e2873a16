import { X509Certificate } from 'node:crypto';

import { Failure } from '@otterpost/contracts/failure';
import type { HostGuard } from '@otterpost/service/host-guard';

import type { VetMailbox } from '../core/mailbox-desk.ts';

/** A resolver that does not answer by then does not keep a mailbox from being stored: its watcher tells what is wrong. */
const RESOLVE_DEADLINE_MS = 3000;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Refuses at once what would be refused at each connection. */
export function createMailboxVetter(hosts: HostGuard): VetMailbox {
  return async ({ host, proxy, smtp, ca }) => {
    if (ca !== undefined && ca !== null) checkAuthority(ca);
    const named = { host, proxy: proxy ? new URL(proxy).hostname.replace(/^\[|\]$/g, '') : undefined, 'smtp.host': smtp?.host };
    await Promise.all(Object.entries(named).map(([path, name]) => (name === undefined ? undefined : vetHost(hosts, path, name))));
  };
}

async function vetHost(hosts: HostGuard, path: string, host: string): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, RESOLVE_DEADLINE_MS).unref());
  const refusal = await Promise.race([
    late,
    hosts.addressesOf(host).then(
      () => undefined,
      (error: unknown) => error,
    ),
  ]);
  if (refusal instanceof Failure && refusal.code === 'host_not_allowed') {
    throw new Failure('host_not_allowed', { detail: refusal.message, errors: [{ path, message: refusal.message }] });
  }
}

function checkAuthority(ca: string): void {
  const certificates = ca.match(CERTIFICATE) ?? [];
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    if (certificates.length > 0) return;
  } catch {
    // Told below: which byte of it is wrong helps nobody.
  }
  const message = 'must be certificates in PEM';
  throw new Failure('invalid_request', { detail: `ca: ${message}`, errors: [{ path: 'ca', message }] });
}

import { makeCertificate } from '@otterpost/testkit/certificate';
import { startImapServer } from '@otterpost/testkit/imap-server';

/** What the light server tells its parent when it listens. */
export interface LightServerPort {
  readonly port: number;
  readonly ca: string;
}

/** The testkit's IMAP server over TLS in a process of its own, so that its memory and its time are nobody else's: `light-server.ts <users>`. */
if (process.argv[2] !== undefined) {
  const users = Array.from({ length: Number(process.argv[2]) }, (_, at) => userAt(at));
  const certificate = await makeCertificate();
  const server = await startImapServer({ users, tls: certificate });
  process.send?.({ port: server.port, ca: certificate.cert } satisfies LightServerPort);
  process.once('disconnect', () => process.exit(0));
}

export function userAt(at: number): { name: string; password: string } {
  return { name: `box${at}@otters.example`, password: 'holt-0451' };
}

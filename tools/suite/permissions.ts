import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who may say and hear what on the bus, as a deployment has it: the embedded server is as strict. */
export function readPermissions(root: string): string {
  return readFileSync(join(root, 'deploy', 'nats', 'permissions.conf'), 'utf8');
}

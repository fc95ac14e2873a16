import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findProgram, installDebianPackages, ROOT, run, SetUpError, tell } from './machine.mjs';
import { ensureNatsServer } from './nats-server.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { ensurePackages } from './packages.mjs';

const NODE_NEEDED = 24;
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const STEPS = {
  build,
  'nats-server': ensureNatsServer,
  dovecot: ensureDovecot,
  chromium: ensureChromium,
};

/** Brings what is missing for these needs, each only once; gives the Node.js that the command runs on. */
export function setUp(needs) {
  return oneAtATime(async () => {
    ensurePackages();
    const node = findNode();
    for (const need of needs) await STEPS[need](node);
    return node;
  });
}

/** Node.js 24: brought by npm, or the machine's own. */
function findNode() {
  const brought = join(ROOT, 'node_modules', '.bin', 'node');
  // Brought for glibc, it does not run on every Linux.
  if (existsSync(brought) && run(brought, ['--version']).ok) return brought;
  if (Number(process.versions.node.split('.')[0]) >= NODE_NEEDED) return process.execPath;
  throw new SetUpError(
    `Node.js ${NODE_NEEDED} is needed and npm has none that runs on this machine (${process.platform}, ${process.arch}): install it (this is ${process.version})`,
  );
}

/** What changed is built; Nx knows what did. */
function build(node) {
  const bin = join(ROOT, 'node_modules', '.bin');
  const fresh = !existsSync(join(ROOT, 'apps', 'gateway', 'dist', 'main.js'));
  if (fresh) tell('Building …');
  const { ok, output } = run(node, [join(bin, 'nx'), 'run-many', '-t', 'build', '--output-style=static'], {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true' },
  });
  if (!ok) throw new SetUpError(`The build failed:\n${output}`);
}

function ensureDovecot() {
  if (findProgram('dovecot') !== undefined) return;
  tell('Installing Dovecot …');
  if (installDebianPackages('dovecot-imapd', 'dovecot-lmtpd')) return;
  const docker = findProgram('docker');
  if (docker !== undefined && run(docker, ['info']).ok) return;
  throw new SetUpError(
    'The tests need Dovecot and it cannot be installed here: install dovecot-imapd and dovecot-lmtpd, or start a Docker engine',
  );
}

function ensureChromium() {
  if (process.env.OTTER_CHROMIUM !== undefined) return;
  const find = () => CHROMIUM_NAMES.map(findProgram).find((path) => path !== undefined);
  if (find() === undefined) {
    tell('Installing Chromium …');
    installDebianPackages('chromium');
  }
  const found = find();
  if (found === undefined) {
    throw new SetUpError(
      'The tests need Chromium and it cannot be installed here: install chromium, or name the path of one in OTTER_CHROMIUM',
    );
  }
  // The tests of the command that follows look here.
  process.env.OTTER_CHROMIUM = found;
}

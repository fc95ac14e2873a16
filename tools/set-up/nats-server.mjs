import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findProgram, installDebianPackages, ROOT, run, SetUpError, tell } from './machine.mjs';

/** A release of nats-server with the SHA-256 of its archives, as its official container images pin them. */
const RELEASE = {
  version: '2.10.29',
  archives: {
    'linux-x64': { name: 'linux-amd64', sha256: 'e314da74a83a1d3876db8814c27eb990fe729640fd6452025b441bcede8390da' },
    'linux-arm64': { name: 'linux-arm64', sha256: 'da4b27942ecfb4c5f0c54553d2e7f470ddda9d7581cfe8131b351a0e223ed401' },
  },
};
const DOWNLOAD_DEADLINE_MS = 120_000;

/** Where a downloaded nats-server lies; on the PATH of every command. */
const BIN = join(ROOT, 'node_modules', '.bin');

/**
 * nats-server from the PATH; else Debian's package, Homebrew's, or the release's own archive, in this order.
 */
export async function ensureNatsServer() {
  if (findProgram('nats-server') !== undefined || existsSync(join(BIN, 'nats-server'))) return;
  tell('Installing nats-server …');
  const tried = [];
  if (installDebianPackages('nats-server')) return;
  tried.push("Debian's package nats-server");
  const brew = findProgram('brew');
  if (brew !== undefined && run(brew, ['install', '--quiet', 'nats-server']).ok) return;
  if (brew !== undefined) tried.push('Homebrew');
  try {
    await download();
  } catch (error) {
    tried.push(`the release's archive (${error.message})`);
    throw new SetUpError(
      `nats-server is needed and cannot be installed: tried ${tried.join(', ')}. Put nats-server 2.9 or newer on the PATH`,
    );
  }
}

async function download() {
  const archive = RELEASE.archives[`${process.platform}-${process.arch}`];
  if (archive === undefined) throw new Error(`there is none for ${process.platform} on ${process.arch}`);
  const folder = `nats-server-v${RELEASE.version}-${archive.name}`;
  const url = `https://github.com/nats-io/nats-server/releases/download/v${RELEASE.version}/${folder}.tar.gz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_DEADLINE_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== archive.sha256) throw new Error('its SHA-256 is not the pinned one');
  const work = join(ROOT, 'node_modules', '.cache', 'nats-server');
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'archive.tar.gz'), bytes);
  const { ok, output } = run('tar', ['-xzf', 'archive.tar.gz'], { cwd: work });
  if (!ok) throw new Error(`it cannot be unpacked: ${output}`);
  chmodSync(join(work, folder, 'nats-server'), 0o755);
  renameSync(join(work, folder, 'nats-server'), join(BIN, 'nats-server'));
  rmSync(work, { recursive: true, force: true });
}

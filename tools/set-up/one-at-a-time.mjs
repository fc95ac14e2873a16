import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT, tell } from './machine.mjs';

const PAUSE_MS = 100;
/** Outside node_modules, which `npm ci` deletes. */
const LOCK = join(ROOT, '.nx', 'otterpost-set-up.pid');

/** Does the work while no other command of this checkout sets up: two at once would build over each other. */
export async function oneAtATime(work, lock = LOCK) {
  mkdirSync(join(lock, '..'), { recursive: true });
  for (let told = false; !take(lock); await sleep(PAUSE_MS)) {
    if (!told) tell('Another command is setting up; waiting for it …');
    told = true;
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isHeld(lock)) rmSync(lock, { force: true });
  return false;
}

/** By a living process; a file that is still empty was made a moment ago. */
function isHeld(lock) {
  try {
    const pid = readFileSync(lock, 'utf8');
    if (pid !== '') process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

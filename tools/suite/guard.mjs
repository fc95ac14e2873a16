/**
 * Outlives a suite that was killed: reads the pids of its servers, a line each (`+pid name`, `-pid`), and when the pipe ends, ends those that
 * still run. A suite that stops in order has taken all its pids back by then.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const GRACE_MS = 8000;
const servers = new Map();

process.title = 'otterpost-guard';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const [, sign, pid, name] = /^([+-])(\d+) ?(.*)$/.exec(line) ?? [];
  if (sign === '+') servers.set(Number(pid), name);
  else if (sign === '-') servers.delete(Number(pid));
}
for (const [pid, name] of servers) {
  if (!isStill(pid, name)) continue;
  send(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  // One that was frozen hears it only when it goes on.
  send(pid, 'SIGCONT');
}
const until = Date.now() + GRACE_MS;
while (Date.now() < until && [...servers].some(([pid, name]) => isStill(pid, name)))
  await new Promise((resolve) => setTimeout(resolve, 100));
for (const [pid, name] of servers) if (isStill(pid, name)) send(pid, 'SIGKILL');

/** The pid may be another program's by now. */
function isStill(pid, name) {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name);
  } catch (error) {
    // Where there is no /proc, a living pid is taken for the server that it was.
    return error.code === 'ENOENT' && process.platform !== 'linux';
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

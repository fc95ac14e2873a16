import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('guard.mjs', import.meta.url));

/** Sees to it that servers end with the suite, even when that is killed. */
export interface Guard {
  watch(pid: number, name: string): void;
  forget(pid: number): void;
  /** All was stopped in order. */
  release(): void;
}

export function startGuard(): Guard {
  const child = spawn(process.execPath, [SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  const pipe = child.stdin;
  // A guard that is gone cannot be told anything; the suite itself still stops its servers.
  pipe.on('error', () => undefined);
  (pipe as unknown as { unref?: () => void }).unref?.();
  return {
    watch: (pid, name) => void pipe.write(`+${pid} ${name}\n`),
    forget: (pid) => void pipe.write(`-${pid}\n`),
    release: () => void pipe.end(),
  };
}

import { readFile } from 'node:fs/promises';

import { OtterpostError } from '../otterpost-error.ts';
import { runCommand } from './run-command.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read us has enough (`otterpost tail | head`).
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    env: process.env,
    write: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    readFile: (path) => (path === '-' ? readInput() : readFile(path, 'utf8')),
    signal: interrupted.signal,
  });
} catch (error) {
  if (interrupted.signal.aborted) process.exitCode = 130;
  else {
    process.stderr.write(`otterpost: ${error instanceof OtterpostError ? `${error.message} (${error.code})` : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { OtterpostError } from '../otterpost-error.ts';
import { openFile, openInput, saveFile } from './files.ts';
import { runCommand } from './run-command.ts';

/** ECMA-48, EL: from the cursor to the end of the line. */
const ERASE_LINE = '\x1b[K';

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
    showProgress: (line) => process.stderr.isTTY && process.stderr.write(`\r${ERASE_LINE}${line}`),
    writeBytes: (bytes) => pipeline(Readable.from(bytes), process.stdout, { end: false }),
    readFile: (path) => (path === '-' ? text(process.stdin) : readFile(path, 'utf8')),
    openFile: async (path) => (path === '-' ? openInput(process.stdin) : openFile(path)),
    saveFile,
    signal: interrupted.signal,
  });
} catch (error) {
  if (interrupted.signal.aborted) process.exitCode = 130;
  else {
    process.stderr.write(`otterpost: ${error instanceof OtterpostError ? `${error.message} (${error.code})` : String(error)}\n`);
    process.exitCode = 1;
  }
}

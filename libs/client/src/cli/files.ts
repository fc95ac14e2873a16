import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';

import type { FileBody } from '../otterpost.ts';
import { OtterpostError } from '../otterpost-error.ts';

/** A file to send, read from disk as it goes; opened here once, so that one that is not there is told before anything is sent. */
export async function openFile(path: string): Promise<FileBody> {
  await access(path, constants.R_OK);
  return () => toStream(createReadStream(path));
}

/** What comes down a pipe is there once: an attempt that broke half-way has no second. */
export function openInput(input: Readable): FileBody {
  return () => {
    if (input.readableDidRead)
      throw new OtterpostError('input_read', 'The upload broke off, and standard input cannot be read twice: import a file');
    return toStream(input);
  };
}

/**
 * Writes a file that is there whole or not at all, for its owner alone: beside its place, and under its name once all has
 * reached the disk.
 */
export async function saveFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

function toStream(readable: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(readable) as ReadableStream<Uint8Array>;
}
